import { describe, expect, test } from "@jest/globals";
import { eventually, startBridge, useBridge, statusOf } from "./bridge.ts";
import { files } from "./operator.ts";

const bridge = useBridge();

const chat = { id: -1002000000001, type: "supergroup", title: "News", is_direct_messages: true };
const anna = { id: 91, is_bot: false, first_name: "Anna", language_code: "en" };
const boris = { id: 92, is_bot: false, first_name: "Boris", language_code: "ru" };
const conversationOf = ({ id }: { id: number }) => `tg-1000000001-${chat.id}-dm${id}`;
let lastMessageId = 0;
/** A person writes in this customer's topic. */
const wrote = async (
  customer: typeof anna,
  fields: Record<string, unknown>,
  kind = "message",
  messageId = (lastMessageId += 1),
  { telegram, amocrm } = bridge,
) => {
  const { language_code: _, ...user } = customer;
  const direct_messages_topic = { topic_id: customer.id, user };
  const date = Math.floor(Date.now() / 1000);
  const message = { message_id: messageId, date, chat, direct_messages_topic, ...fields };
  await telegram.sendUpdate({ [kind]: message });
  const msgid = `${conversationOf(customer)}-${messageId}`;
  return eventually(`message ${messageId} in amoCRM`, () =>
    amocrm.messages().find((shown) => shown.msgid === msgid),
  );
};
const answered = async (customer: typeof anna, message: object) => {
  const before = bridge.telegram.messages().length;
  await bridge.amocrm.operatorSends(conversationOf(customer), message);
  await eventually("the answer", () => bridge.telegram.messages().length > before);
  return bridge.telegram.messages().slice(before);
};

describe("direct messages of a channel, through the shipped bundles", () => {
  test("are a separate conversation for each customer, and answers go to the customer's topic", async () => {
    const fromAnna = await wrote(anna, { from: anna, text: "Where is my order?" });
    const fromBoris = await wrote(boris, { from: boris, text: "And mine?" });

    const toBoris = await answered(boris, { text: "Here" });
    const toAnna = await answered(anna, { text: "On its way", reply_to: fromAnna.id });
    const picture = bridge.amocrm.addAttachment(files.jpeg).id;
    const attachments = [{ type: "picture", id: picture }];
    const withPicture = await answered(anna, { text: "Look", attachments });

    expect([fromAnna.conversationId, fromBoris.conversationId]).toEqual(
      [anna, boris].map(conversationOf),
    );
    expect(fromBoris.direction).toBe("customer");
    expect(toBoris).toMatchObject([{ chatId: chat.id, directTopic: 92, text: "Here" }]);
    expect(toAnna).toMatchObject([{ chatId: chat.id, directTopic: 91, replyToMessageId: 1 }]);
    expect(withPicture).toMatchObject([{ directTopic: 91, method: "sendPhoto" }]);
  });

  test("show an administrator's message as outgoing, silently, and it does not come back", async () => {
    await wrote(anna, { from: anna, text: "Hello?" });
    const before = bridge.telegram.messages().length;
    const admin = { id: 93, is_bot: false, first_name: "Admin" };
    const standIn = { id: 136817688, is_bot: true, first_name: "Channel" };

    const byName = await wrote(anna, { from: admin, text: "We look into it" });
    const channel = { id: -1002000000000, type: "channel", title: "News" };
    const asChannel = { from: standIn, sender_chat: channel, text: "Done" };
    const byChannel = await wrote(anna, asChannel);
    await wrote(anna, { from: anna, text: "Thanks" });

    expect([byName, byChannel]).toMatchObject([
      {
        conversationId: conversationOf(anna),
        direction: "bot",
        silent: true,
        text: "We look into it",
      },
      { conversationId: conversationOf(anna), direction: "bot", text: "Done" },
    ]);
    expect(bridge.telegram.messages()).toHaveLength(before);
    expect(bridge.amocrm.contacts().map(({ name }) => name)).not.toContain("Admin");
  });

  test("show an administrator's picture, and an operator's message with the same text still goes out", async () => {
    bridge.telegram.putFile("admin-picture", files.jpeg.bytes);
    const photo = [{ file_id: "admin-picture", file_unique_id: "a", width: 90, height: 60 }];
    const admin = { id: 93, is_bot: false, first_name: "Admin" };

    const shown = await wrote(boris, { from: admin, photo, caption: "As new" });
    const sent = await answered(boris, { text: "As new" });

    expect(shown).toMatchObject({
      direction: "bot",
      silent: true,
      type: "picture",
      text: "As new",
    });
    expect(sent).toMatchObject([{ directTopic: boris.id, text: "As new" }]);
  });

  test("assign presses under old messages and reactions, which name no topic, to the customer who wrote there", async () => {
    const { id } = await wrote(anna, { from: anna, text: "Still there?" });
    const old = { chat, message_id: 1, date: 0 };
    const press = (from: typeof anna, press: string) =>
      bridge.telegram.sendUpdate({
        callback_query: {
          id: press,
          from,
          chat_instance: "c",
          data: "t:Yes, please",
          message: old,
        },
      });
    const admin = { ...anna, id: 93, first_name: "Admin" };
    const date = Math.floor(Date.now() / 1000);

    await press(admin, "7001");
    await press(anna, "7002");
    await bridge.telegram.sendUpdate({
      message_reaction: {
        chat,
        message_id: lastMessageId,
        user: anna,
        date,
        old_reaction: [],
        new_reaction: [{ type: "emoji", emoji: "👍" }],
      },
    });

    const pressed = await eventually("the press", () =>
      bridge.amocrm.messages().find(({ text }) => text === "Yes, please"),
    );
    expect(pressed).toMatchObject({ conversationId: conversationOf(anna), direction: "customer" });
    await eventually("the reaction", () =>
      bridge.amocrm
        .messages()
        .some((message) => message.id === id && JSON.stringify(message.reactions).includes("👍")),
    );
    await eventually("the administrator's press in the log", () =>
      bridge.log.some((line) => line.includes("by a person who has not written there")),
    );
  });

  test("remember a customer who blocked the bot, whatever others write, until the customer writes again", async () => {
    const clara = { ...anna, id: 94, first_name: "Clara" };
    await wrote(clara, { from: clara, text: "Hello" });
    const description = "Forbidden: bot was blocked by the user";
    const body = { ok: false, error_code: 403, description };
    bridge.telegram.faults.add({ match: "sendMessage", status: 403, times: 1, body });
    const statusAfter = async (text: string) => {
      const [sent] = await bridge.amocrm.operatorSends(conversationOf(clara), { text });
      return eventually("the status", () => statusOf(bridge.amocrm, sent?.messageId ?? ""));
    };
    const admin = { id: 93, is_bot: false, first_name: "Admin" };
    const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1100));

    const refused = await statusAfter("one");
    await aSecond();
    await wrote(clara, { from: admin, text: "Are you there?" });
    const refusedStill = await statusAfter("two");
    await wrote(clara, { from: clara, text: "I am back" }, "message", (lastMessageId += 10));
    const taken = await statusAfter("three");

    expect([refused, refusedStill]).toMatchObject([{ errorCode: 901 }, { errorCode: 901 }]);
    expect(taken).toMatchObject({ status: 1 });
  });

  test("show edits in place", async () => {
    const first = await wrote(boris, { from: boris, text: "blue" });
    const edit_date = Math.floor(Date.now() / 1000);

    await wrote(boris, { from: boris, text: "red", edit_date }, "edited_message", lastMessageId);

    const edited = await eventually("the edit", () =>
      bridge.amocrm.messages().find(({ id, text }) => id === first.id && text === "red"),
    );
    expect(edited.conversationId).toBe(conversationOf(boris));
  });

  test("do not delay other customers while one of them waits", async () => {
    const bot = conversationOf(anna);
    bridge.telegram.faults.add({
      match: "sendMessage",
      status: 429,
      times: 1,
      body: {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 3",
        parameters: { retry_after: 3 },
      },
    });
    const before = bridge.telegram.messages().length;
    await bridge.amocrm.operatorSends(bot, { text: "slow" });
    await eventually("the refusal", () =>
      bridge.telegram.calls().some(({ status }) => status === 429),
    );
    await bridge.amocrm.operatorSends(conversationOf(boris), { text: "quick" });

    await eventually("both", () => bridge.telegram.messages().length === before + 2);
    const order = bridge.telegram.messages().slice(before);
    expect(order.map(({ text }) => text)).toEqual(["quick", "slow"]);
  });

  test("are checked by a harmless call before a repeat: getChat, because typing is not shown there", async () => {
    const before = bridge.telegram.messages().length;
    const calls = bridge.telegram.calls().length;
    bridge.telegram.faults.add({ match: "sendMessage", loseAnswer: true, times: 1 });

    await bridge.amocrm.operatorSends(conversationOf(anna), { text: "twice perhaps" });

    await eventually("the repeat", () => bridge.telegram.messages().length >= before + 2);
    const methods = bridge.telegram.calls().slice(calls);
    expect(methods.map(({ method }) => method)).toEqual(["sendMessage", "getChat", "sendMessage"]);
  });
});

test("direct messages of a channel without a bot in amoCRM lose no administrator's message", async () => {
  const other = await startBridge({ AMOCRM_BOT_ID: "" });
  try {
    const admin = { id: 93, is_bot: false, first_name: "Admin" };
    const write = (fields: Record<string, unknown>) =>
      wrote(anna, fields, "message", undefined, other);
    await write({ from: anna, text: "Where is my order?" });

    const shown = await write({ from: admin, text: "We look into it" });

    expect(shown).toMatchObject({
      conversationId: conversationOf(anna),
      silent: true,
      text: "[Написал администратор канала]\nWe look into it",
      sender: { name: "Anna" },
    });
    expect(other.telegram.messages()).toEqual([]);
  } finally {
    await other.run.close();
  }
}, 60_000);

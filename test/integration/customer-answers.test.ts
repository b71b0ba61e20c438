import { beforeAll, describe, expect, test } from "@jest/globals";
import { aRealJpeg } from "../support/real-pictures.ts";
import { conversationOf, eventually, shown, sightings, useBridge, statusOf } from "./bridge.ts";

const anna = { id: 42, first_name: "Anna" };
/** Ids of the customer's message, and of the operator's message in amoCRM and in Telegram. */
let question: number;
let answer: { amocrm: string; telegram: number };

const bridge = useBridge();
beforeAll(async () => {
  question = (await bridge.telegram.customerSays(anna, "When will it come, and how?")).messageId;
  await shown(bridge, anna.id, question);
  answer = await operatorSays("Tomorrow at ten, by courier");
});

async function operatorSays(text: string) {
  const { messageId } = await bridge.amocrm.operatorSays(conversationOf(anna.id), text);
  await eventually("the status", () => statusOf(bridge.amocrm, messageId));
  const sent = bridge.telegram.messages().findLast((message) => message.text === text);
  return { amocrm: messageId, telegram: sent?.messageId ?? 0 };
}
const replied = async (messageId: number, text: string, quote?: string) => {
  const answers = { messageId, ...(quote === undefined ? {} : { quote }) };
  const sent = await bridge.telegram.customer.send(anna, { text }, answers);
  return shown(bridge, anna.id, sent.messageId);
};

describe("a customer's answer refers to the message it answers", () => {
  test("the customer's own message, by our id", async () => {
    const { text, replyTo } = await replied(question, "I mean the table");

    expect(text).toBe("I mean the table");
    expect(replyTo).toEqual({ message: { msgid: `tg-1000000001-42-${question}` } });
  });

  test("an operator's message, by amoCRM's id", async () => {
    const { text, replyTo } = await replied(answer.telegram, "Fine");

    expect(text).toBe("Fine");
    expect(replyTo).toEqual({ message: { id: answer.amocrm } });
  });

  test("a part of a message, with the quoted text", async () => {
    const { text, replyTo } = await replied(answer.telegram, "Which one?", "by courier");

    expect(text).toBe("> by courier\nWhich one?");
    expect(replyTo).toEqual({ message: { id: answer.amocrm } });
  });

  test("the customer's own picture, under the answer's picture", async () => {
    bridge.telegram.putFile("p", aRealJpeg());
    const photo = [{ file_id: "p", file_unique_id: "p", width: 64, height: 48 }];
    const answers = { messageId: question };
    const sent = await bridge.telegram.customer.send(anna, { photo, caption: "this" }, answers);

    const message = await shown(bridge, anna.id, sent.messageId);
    expect(message).toMatchObject({ type: "picture", text: "this" });
    expect(message.replyTo).toEqual({ message: { msgid: `tg-1000000001-42-${question}` } });
  });

  const chat = { id: 42, type: "private" };
  const unknown = [
    {
      name: "a bot's message that the bridge never sent",
      original: { message_id: 9001, from: { id: 1000000001, is_bot: true, first_name: "Bot" } },
    },
    {
      name: "the customer's message that amoCRM never had",
      original: { message_id: 9002, from: { ...anna, is_bot: false } },
    },
  ];
  test.each(unknown)("$name, as text", async ({ original }) => {
    const reply_to_message = { ...original, chat, date: 1, text: "From long ago" };
    const sent = await bridge.telegram.customer.send(anna, { text: "Still so?", reply_to_message });

    const { text, replyTo } = await shown(bridge, anna.id, sent.messageId);

    expect(text).toBe("> From long ago\nStill so?");
    expect(replyTo).toBeUndefined();
  });

  test("a message of another chat, as text", async () => {
    const external_reply = { origin: { type: "hidden_user", date: 1, sender_user_name: "Maria" } };
    const quote = { text: "Chairs, half price", position: 0, is_manual: true };
    const fields = { text: "And this?", external_reply, quote };
    const sent = await bridge.telegram.customer.send(anna, fields);

    const { text } = await shown(bridge, anna.id, sent.messageId);

    expect(text).toBe("> Maria: Chairs, half price\nAnd this?");
  });
});

describe("a customer's reaction", () => {
  const emojiOn = (amocrmMessageId: string) =>
    bridge.amocrm
      .messages()
      .find(({ id }) => id === amocrmMessageId)
      ?.reactions.map(({ emoji }) => emoji);
  const targets = () => [
    { whose: "an operator's", telegram: answer.telegram, amocrm: answer.amocrm },
    { whose: "their own", telegram: question, amocrm: ownId() },
  ];
  const ownId = () =>
    bridge.amocrm.messages().find(({ msgid }) => msgid?.endsWith(`-42-${question}`))?.id ?? "";

  test.each(["an operator's", "their own"])(
    "appears on %s message, and disappears again",
    async (who) => {
      const { telegram, amocrm } = targets().find(({ whose }) => whose === who) ?? {
        telegram: 0,
        amocrm: "",
      };

      await bridge.telegram.customer.react(anna.id, telegram, ["👍"]);
      await eventually("the reaction", () => emojiOn(amocrm)?.includes("👍"));
      await bridge.telegram.customer.react(anna.id, telegram, ["🔥"]);
      await eventually("the other one", () => emojiOn(amocrm)?.includes("🔥"));
      expect(emojiOn(amocrm)).toEqual(["🔥"]);
      await bridge.telegram.customer.react(anna.id, telegram, []);
      await eventually("none", () => emojiOn(amocrm)?.length === 0);
    },
  );

  test("to a message that amoCRM does not know is sent silently as text", async () => {
    const chat = { id: 42, type: "private" };
    const reaction = { old_reaction: [], new_reaction: [{ type: "emoji", emoji: "❤" }] };
    const about = { chat, message_id: 9003, date: 1_750_000_000, user: anna };
    const message_reaction = { ...about, ...reaction };
    await bridge.telegram.sendUpdate({ message_reaction });

    const message = await eventually("the words", () =>
      bridge.amocrm.messages().find(({ text }) => text.includes("❤")),
    );
    expect(message).toMatchObject({ text: "[реакция] ❤", silent: true });
  });

  test("without its own emoji is sent by its name", async () => {
    const custom = { type: "custom_emoji", custom_emoji_id: "5368324170671202286" };
    await bridge.telegram.customer.react(anna.id, question, [custom]);

    const message = await eventually("the words", () =>
      bridge.amocrm.messages().find(({ text }) => text.includes("custom_emoji")),
    );
    expect(message.text).toBe("[реакция] [custom_emoji]");
  });
});

test("no text of a customer or an operator is in a log", () => {
  const words = ["courier", "When will", "table", "Still so", "Chairs", "Anna"];

  expect(sightings(bridge, words).inLog).toEqual([]);
  expect(sightings(bridge, words).inAmocrm.length).toBeGreaterThan(words.length);
});

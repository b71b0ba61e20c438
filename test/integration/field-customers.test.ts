import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { aRealJpeg } from "../support/real-pictures.ts";
import { conversationOf, eventually, fetchedFor, shown, useBridge, textsIn } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

const bridge = useBridge();

/** A real input, as it came. */
const field = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/field/${name}.json`, import.meta.url), "utf8"));
const updateOf = (name: string) => field(name) as Record<string, unknown>;
const deliver = (name: string) => bridge.telegram.sendUpdate(updateOf(name));
const logged = (words: string) =>
  eventually(`"${words}" in the log`, () => bridge.log.find((line) => line.includes(words)));

describe("the bot's own actions in a customer's chat", () => {
  test.each([
    { name: "bot-service-message-first", chatId: 1009, person: "Boris", act: "refunded_payment" },
    { name: "bot-service-message-pinned", chatId: 1010, person: "Dora", act: "pinned_message" },
  ])("$name is not a message, and the customer keeps their name", async (given) => {
    const { name, chatId, person, act } = given;
    await deliver(name);
    await logged(`the bot's own ${act}`);

    const { messageId } = await bridge.telegram.customerSays(
      { id: chatId, first_name: person },
      "hi",
    );
    const message = await shown(bridge, chatId, messageId);

    const inChat = bridge.amocrm
      .messages()
      .filter(({ conversationId }) => conversationId === conversationOf(chatId));
    expect(inChat).toMatchObject([{ text: "hi", sender: { name: person } }]);
    expect(message.sender.clientId).toBe(`tg-${chatId}`);
    expect(bridge.amocrm.contacts().map((contact) => contact.name)).toContain(person);
    expect(JSON.stringify(bridge.amocrm.contacts())).not.toContain("Shop bot");
    expect(bridge.telegram.messages().filter((sent) => sent.chatId === chatId)).toEqual([]);
  });
});

describe("a customer with an invisible name", () => {
  test.each([
    { name: "invisible-name", chatId: 1017, shownAs: "Telegram 1017" },
    { name: "invisible-name-with-username", chatId: 1018, shownAs: "nick_1018" },
  ])("$name is shown as $shownAs", async ({ name, chatId, shownAs }) => {
    await deliver(name);

    const message = await shown(bridge, chatId, 11);
    expect(message).toMatchObject({ text: "hello", sender: { name: shownAs } });
    expect(bridge.amocrm.contacts().map((contact) => contact.name)).toContain(shownAs);
  });
});

describe("file-temporarily-unavailable", () => {
  test("the file arrives a little later, and the customer gets no error message", async () => {
    const { fault_at_telegram_first: fault, update } = field("file-temporarily-unavailable") as {
      fault_at_telegram_first: Parameters<Bridge["telegram"]["faults"]["add"]>[0];
      update: Record<string, unknown>;
    };
    bridge.telegram.faults.add(fault);
    bridge.telegram.putFile("photo-1", aRealJpeg());

    await bridge.telegram.sendUpdate(update);

    const message = await shown(bridge, 1012, 11);
    expect(message).toMatchObject({ type: "picture", text: "my receipt" });
    expect((await fetchedFor(bridge, message)).bytes.equals(aRealJpeg())).toBe(true);
    expect(bridge.telegram.messages().filter((sent) => sent.chatId === 1012)).toEqual([]);
  }, 20_000);
});

describe("an answer to a message without text", () => {
  test.each([
    {
      name: "reply-to-channel-photo",
      chatId: 1013,
      text: "> [фото · photo] Shop https://t.me/shop_news/4\nHow much is this one?",
    },
    {
      name: "reply-to-story",
      chatId: 1014,
      text: "> [история · story] Shop https://t.me/shop_news/s/3\nIs it still available?",
    },
    {
      name: "reply-to-unknown-photo-of-bot",
      chatId: 1015,
      text: "> [фото · photo] Shop bot\nThis one, please",
    },
  ])("$name describes it", async ({ name, chatId, text }) => {
    await deliver(name);

    expect(await shown(bridge, chatId, 11)).toMatchObject({ text });
  });
});

test("contact-vcard: all that the card contains", async () => {
  await deliver("contact-vcard");

  const rest = await shown(bridge, 1016, "11.2");
  expect(rest.text).toBe("Acme\n+15550199 (work)\nivan@example.com");
  expect((await shown(bridge, 1016, 11)).type).toBe("contact");
});

test("noop-edits-of-unknown-message: the same text appears once", async () => {
  for (const update of field("noop-edits-of-unknown-message") as Record<string, unknown>[]) {
    await bridge.telegram.sendUpdate(update);
  }
  const { messageId } = await bridge.telegram.customerSays({ id: 1021, first_name: "Anna" }, "now");
  await shown(bridge, 1021, messageId);

  expect(textsIn(bridge.amocrm, conversationOf(1021))).toEqual(["[изменено] older text", "now"]);
});

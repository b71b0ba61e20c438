import { describe, expect, test } from "@jest/globals";
import { contentsOf } from "../../../lambdas/telegram/decode/content.ts";
import { lineOf } from "../../../local/page/app/phone/bot-api.ts";
import {
  listedCustomers,
  messagesByChat,
  nextCustomerId,
  nextTopic,
  seenMessages,
} from "../../../local/page/app/phone/chats.ts";
import {
  fileFields,
  formOfType,
  phoneOf,
  textFields,
  textsOf,
} from "../../../local/page/app/phone/compose.ts";
import { commandsFor, inlineRows, keyboardOf } from "../../../local/page/app/phone/keyboards.ts";
import { progressOf } from "../../../local/page/app/conversation/progress.ts";
import type { EventRow, PhoneChat, PhoneMessage } from "../../../local/page/stream.ts";

const aChat = (id: number, first_name: string, rest: Partial<PhoneChat> = {}): PhoneChat => ({
  id,
  customer: { id, first_name },
  state: "active",
  topics: [],
  ...rest,
});
function aMessage(
  chatId: number,
  messageId: number,
  message: Readonly<Record<string, unknown>> = {},
  rest: Partial<PhoneMessage> = {},
): PhoneMessage {
  const reactions = { customer: [] };
  return { chatId, messageId, from: "customer", message, reactions, ...rest };
}

describe("the list of customers", () => {
  const chats = [aChat(42, "Anna"), aChat(43, "Boris"), aChat(-5, "")];
  const messages = messagesByChat([
    aMessage(42, 2, { date: 20, text: "second" }),
    aMessage(42, 1, { date: 10, text: "first" }),
    aMessage(43, 1, { date: 15, text: "hello" }),
  ]);

  test("has the newest message first, and a place without a name under its id", () => {
    const listed = listedCustomers(chats, messages, "");
    expect(listed.map(({ name, last }) => [name, last?.message["text"]])).toEqual([
      ["Anna", "second"],
      ["Boris", "hello"],
      ["-5", undefined],
    ]);
  });

  test.each([
    ["bor", ["Boris"]],
    ["42", ["Anna"]],
    ["@anna_p", ["Anna"]],
    ["nobody", []],
  ])("is searched by name, id and @username: %s", (words, names) => {
    const named = [
      { ...aChat(42, "Anna"), customer: { id: 42, first_name: "Anna", username: "anna_p" } },
      aChat(43, "Boris"),
    ];
    expect(listedCustomers(named, messages, words).map(({ name }) => name)).toEqual(names);
  });

  test("gives a new customer an id that no chat has", () => {
    expect(nextCustomerId([])).toBe(42);
    expect(nextCustomerId([42, 50, -7])).toBe(51);
  });
});

describe("topics", () => {
  const inTopic = (id: number, topic: number) =>
    aMessage(42, id, { message_thread_id: topic, is_topic_message: true });
  const messages = [
    aMessage(42, 1),
    inTopic(2, 7),
    inTopic(3, 9),
    aMessage(42, 4, { message_thread_id: 1 }),
  ];
  const ids = (topics: readonly number[], topic?: number) =>
    seenMessages(messages, topics, topic).map(({ messageId }) => messageId);

  test("the whole chat shows the messages of all its topics, and of no deleted one", () => {
    expect(ids([7, 9])).toEqual([1, 2, 3, 4]);
    expect(ids([9])).toEqual([1, 3, 4]);
  });

  test("a topic shows its own messages; a chain of answers is no topic", () => {
    expect(ids([7, 9], 7)).toEqual([2]);
    expect(ids([7, 9], 1)).toEqual([]);
  });

  test("a new topic gets a number that is free", () => {
    expect(nextTopic(messages, [7, 9])).toBe(10);
    expect(nextTopic([], [])).toBe(1);
  });
});

describe("the bot's keyboards", () => {
  const fromBot = (id: number, replyMarkup: unknown) =>
    aMessage(42, id, {}, { from: "bot", replyMarkup });
  const number = { keyboard: [[{ text: "Share", request_contact: true }, "No"]] };

  test("the last keyboard stands until it is removed", () => {
    const keys = [
      [
        { text: "Share", sharesNumber: true },
        { text: "No", sharesNumber: false },
      ],
    ];
    expect(keyboardOf([fromBot(1, number), aMessage(42, 2), fromBot(3, undefined)])).toEqual(keys);
    expect(keyboardOf([fromBot(1, number), fromBot(2, { remove_keyboard: true })])).toEqual([]);
    expect(keyboardOf([])).toEqual([]);
  });

  test("a keyboard for one use is gone after the customer's next message", () => {
    const once = fromBot(1, { ...number, one_time_keyboard: true });
    expect(keyboardOf([once])).toHaveLength(1);
    expect(keyboardOf([once, aMessage(42, 2)])).toEqual([]);
  });

  test("inline buttons are those that the message has now, not those of its first form", () => {
    const markup = { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] };
    const message = { reply_markup: markup };
    expect(inlineRows(aMessage(42, 1, message))).toEqual(markup.inline_keyboard);
    expect(inlineRows(aMessage(42, 1, {}, { replyMarkup: markup }))).toEqual([]);
  });

  test.each([
    ["ru", "ru"],
    ["de", "default"],
    [undefined, "default"],
  ])("the menu is the list of the app's language, else the general one: %s", (language, name) => {
    const lists = new Map([
      ["default/", [{ command: "start", description: "default" }]],
      ["all_private_chats/ru", [{ command: "start", description: "ru" }]],
      ["all_private_chats/", []],
    ]);
    expect(commandsFor(lists, language).map(({ description }) => description)).toEqual([name]);
  });
});

describe("what a customer sends", () => {
  test.each([
    ["image/png", "photo", "picture"],
    ["image/gif", "animation", "picture"],
    ["video/mp4", "video", "video"],
    ["audio/mpeg", "audio", "audio"],
    ["application/pdf", "document", "file"],
    ["image/svg+xml", "document", "file"],
  ] as const)(
    "a file of the type %s goes out as %s and reaches the operator as %s",
    (type, form, kind) => {
      expect(formOfType(type)).toBe(form);
      const file = { id: "f1", name: "a.bin", type, bytes: 7, width: 9, height: 9, seconds: 1.4 };
      expect(contentsOf(fileFields(form, file))).toMatchObject([
        { type: "media", media: { kind, source: "f1", sizeBytes: 7 } },
      ]);
    },
  );

  test.each([
    ["voice", "voice"],
    ["sticker", "sticker"],
  ] as const)("a %s reaches the operator as %s", (form, kind) => {
    const file = { id: "f1", name: "a", type: "audio/ogg", bytes: 7, seconds: 2 };
    expect(contentsOf(fileFields(form, file))).toMatchObject([{ type: "media", media: { kind } }]);
  });

  test("a long text goes out in several messages, and no emoji is cut", () => {
    const text = `${"a".repeat(4095)}😀${"b".repeat(4097)}`;
    const texts = textsOf(text);
    expect(texts.join("")).toBe(text);
    expect(texts.map(({ length }) => length)).toEqual([4095, 4096, 3]);
    expect(texts.every((each) => each.isWellFormed())).toBe(true);
    expect(textsOf("short")).toEqual(["short"]);
  });

  test("a command at the start gets its entity", () => {
    expect(textFields("/start abc")).toEqual({
      text: "/start abc",
      entities: [{ type: "bot_command", offset: 0, length: 6 }],
    });
    expect(textFields("no /start")).toEqual({ text: "no /start" });
  });

  test("each customer shares another number", () => {
    expect(phoneOf(42)).toBe("+79990000042");
    expect(phoneOf(12_345_678)).toBe("+79992345678");
  });
});

describe("one line for a message", () => {
  test.each([
    [{ text: "hello" }, "hello"],
    [{ photo: [], caption: "My receipt" }, "My receipt"],
    [{ photo: [] }, "[photo]"],
    [{ message_id: 5, date: 1, gift: {} }, "[gift]"],
    [
      { rich_message: { blocks: [{ type: "heading", text: ["Order ", { text: "7" }] }] } },
      "Order 7",
    ],
  ])("%j", (message, line) => {
    expect(lineOf(message)).toBe(line);
  });
});

describe("the progress of a customer's message", () => {
  const row = (state: EventRow["state"], attempts = 1) => ({ state, attempts });
  test.each([
    ["nothing carries it", {}, undefined, undefined],
    ["the webhook has not accepted it", { eventId: "e", isAccepted: false }, undefined, "leaving"],
    ["accepted, and no attempt yet", { eventId: "e", isAccepted: true }, undefined, "accepted"],
    ["waits for its turn", { eventId: "e", isAccepted: true }, row("waiting", 0), "accepted"],
    ["waits for its next attempt", { eventId: "e", isAccepted: true }, row("waiting"), "waiting"],
    ["being sent", { eventId: "e", isAccepted: true }, row("sending"), "sending"],
    ["sent, while Telegram still lacks the answer", { eventId: "e" }, row("sent"), "delivered"],
    ["ignored", { eventId: "e", isAccepted: true }, row("ignored"), "ignored"],
    ["parked", { eventId: "e", isAccepted: true }, row("parked"), "parked"],
  ])("%s", (_what, record, itsRow, expected) => {
    expect(progressOf(record, itsRow)).toBe(expected);
  });
});

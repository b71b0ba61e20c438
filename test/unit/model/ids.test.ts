import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  directChatOf,
  isPrivateChat,
  chatOf,
  conversationIdOf,
  isMessageId,
  isMsgid,
  isPlainId,
  isTelegramId,
  messageNamedBy,
  msgidOf,
  statusEventIdOf,
} from "../../../lambdas/model/ids.ts";

const numbers = fc.bigInt({ min: 1n, max: 2n ** 52n }).map(String);
/** Values that Telegram never has as a private chat's id. */
const noTelegramIds = [
  { name: "none", id: "" },
  { name: "a group", id: "-42" },
  { name: "a supergroup", id: "-1001234567890" },
  { name: "zero", id: "0" },
  { name: "a zero in front", id: "042" },
  { name: "a plus", id: "+42" },
  { name: "more digits than Telegram has", id: "1".repeat(17) },
  { name: "5,000 digits", id: "4".repeat(5000) },
  { name: "a letter", id: "4a" },
  { name: "a space", id: "42 " },
  { name: "a line break", id: "42\n" },
  { name: "digits of another script", id: "४२" },
  { name: "an exponent", id: "4e1" },
];

describe("the bridge's ids in amoCRM", () => {
  test("a conversation id leads back to its chat", () => {
    fc.assert(
      fc.property(numbers, numbers, (botId, chatId) => {
        expect(chatOf(conversationIdOf(botId, chatId))).toEqual({ botId, chatId });
      }),
    );
  });

  test("one chat has exactly one id", () => {
    const digits = fc.stringMatching(/^[0-9+ -]{0,20}$/);
    fc.assert(
      fc.property(digits, digits, (botId, chatId) => {
        const conversationId = `tg-${botId}-${chatId}`;
        const chat = chatOf(conversationId);

        expect([undefined, conversationId]).toContain(
          chat && conversationIdOf(chat.botId, chat.chatId),
        );
        expect(chat === undefined || isPlainId(conversationId)).toBe(true);
      }),
    );
  });

  test.each(noTelegramIds)("no other Telegram id: $name", ({ id }) => {
    expect(isTelegramId(id)).toBe(false);
    expect(isMessageId(id)).toBe(false);
    expect(chatOf(conversationIdOf("700", id))).toBeUndefined();
    expect(chatOf(conversationIdOf(id, "42"))).toBeUndefined();
    expect(messageNamedBy(msgidOf("700", "42", id), "tg-700-42")).toBeUndefined();
  });

  test.each([
    { id: "tg-700-42-5", ours: true },
    { id: "tg-700-42-cb-77", ours: true },
    { id: "tg-700-42-upd-9", ours: true },
    { id: "tg-700-42", ours: false },
    { id: "tg-700-42-", ours: false },
    { id: "tg-700--42-5", ours: false },
    { id: "tg-0700-42-5", ours: false },
    { id: "0371a0ff-b78a-4c7b-8538-a7d547e10692", ours: false },
  ])("'$id' is the bridge's id of a message: $ours", ({ id, ours }) => {
    expect(isMsgid(id)).toBe(ours);
  });

  test("ids of messages are valid for queues and tables", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (botId, chatId, messageId) => {
        expect(isPlainId(msgidOf(botId, chatId, messageId))).toBe(true);
      }),
    );
  });

  test("delivered and failed have different report ids", () => {
    const of = { eventId: "amo:scope:m1" };

    expect([1, -1].map((code) => statusEventIdOf("m1", code, of))).toEqual([
      "status:m1:1",
      "status:m1:-1",
    ]);
    expect(statusEventIdOf("m1", -1, { ...of, redrive: 2 })).toBe("status:m1:-1:2");
  });

  test.each(["сообщение 1", "m".repeat(200)])(
    "a report on an id that is no valid key has its event's id: %s",
    (id) => {
      expect(statusEventIdOf(id, -1, { eventId: "amo:scope:1" })).toBe("status:amo:scope:1:-1");
    },
  );

  test.each([
    "",
    "tg-",
    "tg-700",
    "tg-700-",
    "tg-700-4a",
    "tg-700-42-5",
    "xtg-700-42",
    "tg-700-42\n",
    "TG-700-42",
    "tg-७-42",
    "tg-700--1002",
    "tg-700--1002-dm",
    "tg-700--1002-dm0",
    "tg-700--1002-dm042",
    "tg-700--1002-dm-42",
    "tg-700-1002-dm42",
    "tg-700--0-dm42",
    "tg-700--1002-dm42-5",
    "tg-700--1002-dm42-dm43",
  ])("'%s' does not have the bridge's form", (id) => {
    expect(chatOf(id)).toBeUndefined();
  });
});

describe("direct messages of a channel", () => {
  test("are a separate chat for every writer", () => {
    const chatId = directChatOf("-1002000000001", "42");
    const conversationId = conversationIdOf("700", chatId);
    const msgid = msgidOf("700", chatId, "5");

    expect(chatOf(conversationId)).toEqual({ botId: "700", chatId });
    expect([isPrivateChat(chatId), isPrivateChat("42")]).toEqual([false, true]);
    expect([isMsgid(msgid), isMsgid(conversationId)]).toEqual([true, false]);
    expect(messageNamedBy(msgid, conversationId)).toBe("5");
    expect(messageNamedBy(msgid, "tg-700--1002000000001-dm4")).toBeUndefined();
  });
});

describe("a plain id", () => {
  test.each([
    { id: "amo:f90b_a.b-c:1", plain: true },
    { id: "x".repeat(100), plain: true },
    { id: "x".repeat(101), plain: false },
    { id: "", plain: false },
    { id: "a b", plain: false },
    { id: "a#r1", plain: false },
    { id: "a\n", plain: false },
    { id: "ё", plain: false },
  ])("'$id': $plain", ({ id, plain }) => {
    expect(isPlainId(id)).toBe(plain);
  });
});

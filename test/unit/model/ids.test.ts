import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  chatOf,
  conversationIdOf,
  isPlainId,
  msgidOf,
  statusEventIdOf,
} from "../../../lambdas/model/ids.ts";

const numbers = fc.bigInt({ min: 1n, max: 2n ** 52n }).map(String);

describe("our names towards amoCRM", () => {
  test("a conversation id leads back to its chat", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (botId, chat, group) => {
        const chatId = group ? `-${chat}` : chat;

        expect(chatOf(conversationIdOf(botId, chatId))).toEqual({ botId, chatId });
      }),
    );
  });

  test("names of messages are ones that queues and tables take", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (botId, chatId, messageId) => {
        expect(isPlainId(msgidOf(botId, chatId, messageId))).toBe(true);
      }),
    );
  });

  test("delivered and failed are reported under names of their own", () => {
    expect([1, -1].map((code) => statusEventIdOf("m1", code, "amo:scope:m1"))).toEqual([
      "status:m1:1",
      "status:m1:-1",
    ]);
  });

  test.each(["сообщение 1", "m".repeat(200)])(
    "a report on an id that no key takes is named by its event: %s",
    (id) => {
      expect(statusEventIdOf(id, -1, "amo:scope:1")).toBe("status:amo:scope:1:-1");
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
  ])("'%s' is not of our form", (id) => {
    expect(chatOf(id)).toBeUndefined();
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

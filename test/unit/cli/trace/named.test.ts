import { describe, expect, test } from "@jest/globals";
import { readAt, readChat, readName } from "../../../../cli/commands/trace.ts";

const uuid = "45f2bc51-789a-479f-98b7-6dadaa86eb9b";
const digest = "ab".repeat(32);

describe("a message has the name", () => {
  test.each([
    { given: "tg:1000000001:7", named: { kind: "event", id: "tg:1000000001:7" } },
    { given: "tg:1000000001:7#r2", named: { kind: "event", id: "tg:1000000001:7" } },
    {
      given: `amo:channel_account:${uuid}`,
      named: { kind: "event", id: `amo:channel_account:${uuid}` },
    },
    { given: digest, named: { kind: "event", id: digest } },
    { given: `status:${uuid}:-1`, named: { kind: "event", id: `status:${uuid}:-1` } },
    ...["silence", "closed"].map((kind) => {
      const id = `${kind}:tg-1-42:1700000000000`;
      return { given: id, named: { kind: "event", id } };
    }),
    { given: "notice:tg:1:7", named: { kind: "event", id: "notice:tg:1:7" } },
    { given: uuid, named: { kind: "amocrm-message", id: uuid } },
    {
      given: "tg-1-42-5",
      named: { kind: "telegram-message", botId: "1", chatId: "42", messageId: "5" },
    },
    { given: "42/5", named: { kind: "telegram-message", chatId: "42", messageId: "5" } },
  ])("$given", ({ given, named }) => {
    expect(readName(given)).toMatchObject(named);
  });
});

const groups = ["tg-1--100200-5", "-100200/5"];
const withZeros = ["tg-01-42-5", "tg-1-042-5", "tg-1-42-05", "042/5", "42/05"];
const words = ["", "hello there", "42", "42/", "tg-1-42", "tg-1-42-x", "tg:", "Привет, как дела?"];
test.each([...words, ...groups, ...withZeros])(
  "'%s' is not a name, and the error does not repeat it",
  (given) => {
    expect(() => readName(given)).toThrow(
      /^this is not the name of a message, such as 42\/19 or tg:1000000001:7$/,
    );
    if (given.length < 5) return;
    expect(() => readName(given)).not.toThrow(given);
  },
);

describe("a chat", () => {
  test.each([
    { given: "42", chat: "tg-1000000001-42" },
    { given: "tg-7-42", chat: "tg-7-42" },
    { given: "tg-7--100200-dm5", chat: "tg-7--100200-dm5" },
  ])("$given", ({ given, chat }) => {
    expect(readChat(given, "1000000001")).toBe(chat);
  });

  test.each(["", "-100200", "Anna", "tg-7", "042"])("'%s' is none", (given) => {
    expect(() => readChat(given, "1000000001")).toThrow(/^--chat: expected the id of a chat/);
  });
});

describe("a time", () => {
  const now = new Date(2026, 10, 30, 12, 30);

  test.each([
    { given: "12:05", at: new Date(2026, 10, 30, 12, 5) },
    { given: "9:05", at: new Date(2026, 10, 30, 9, 5) },
    { given: "12:31", at: new Date(2026, 10, 29, 12, 31) },
    { given: "2026-11-28T09:05", at: new Date(2026, 10, 28, 9, 5) },
    { given: "2026-11-28T09:05Z", at: new Date(Date.UTC(2026, 10, 28, 9, 5)) },
  ])("$given", ({ given, at }) => {
    expect(new Date(readAt(given, now))).toEqual(at);
  });

  test.each(["", "noon", "24:00", "12:60", "12", "2026-11-31", "2026-13-01T12:05"])(
    "'%s' is none",
    (given) => {
      expect(() => readAt(given, now)).toThrow(/^--at: expected a time such as 12:05/);
    },
  );
});

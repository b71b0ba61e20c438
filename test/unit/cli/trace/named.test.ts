import { describe, expect, test } from "@jest/globals";
import { readName } from "../../../../cli/trace/named.ts";

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

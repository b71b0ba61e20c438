import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { identifyUpdate } from "../../../lambdas/telegram/webhook/identify.ts";
import { isPlainId } from "../../../lambdas/model/ids.ts";
import { aTelegramMessage, aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
const chat = { id: 42 };

describe("the id of an update", () => {
  test("consists of the bot's id and Telegram's own number", () => {
    expect(identifyUpdate(bytesOf(aTelegramUpdate({}, { update_id: 987 })), botId).id).toBe(
      "tg:700:987",
    );
  });

  test("is the same for the same update, whatever the order of its fields", () => {
    const message = aTelegramMessage();

    expect(identifyUpdate(bytesOf({ message, update_id: 1 }), botId)).toEqual(
      identifyUpdate(bytesOf({ update_id: 1, message }), botId),
    );
  });

  test.each(["\uFEFF", "\uFEFF\uFEFF", "\uFEFF\r\n\uFEFF"])(
    "and its group are the same behind byte order marks: %j",
    (marks) => {
      const update = JSON.stringify(aTelegramUpdate());

      expect(identifyUpdate(bytesOf(`${marks}${update}`), botId)).toEqual(
        identifyUpdate(bytesOf(update), botId),
      );
    },
  );

  test.each([
    { name: "an empty body", body: "" },
    { name: "a byte order mark alone", body: "\uFEFF" },
    { name: "a byte order mark inside it", body: '{\uFEFF"update_id":1}' },
    { name: "text that is not JSON", body: "<html>" },
    { name: "a list", body: "[]" },
    { name: "null", body: "null" },
    { name: "a string", body: '"update_id"' },
    { name: "no update_id", body: "{}" },
    { name: "an update_id as text", body: '{"update_id":"1"}' },
    { name: "a fractional update_id", body: '{"update_id":1.5}' },
    { name: "an update_id beyond the safe integers", body: '{"update_id":9007199254740993}' },
  ])("of $name is its hash, in the group of malformed updates", ({ body }) => {
    expect(identifyUpdate(bytesOf(body), botId)).toEqual({ id: sha256, group: "unidentified" });
  });
});

describe("the group of an update", () => {
  test.each([
    { name: "a message", update: { message: { chat } }, group: "tg-700-42" },
    { name: "an edit", update: { edited_message: { chat } }, group: "tg-700-42" },
    { name: "a reaction", update: { message_reaction: { chat } }, group: "tg-700-42" },
    {
      name: "a change of the chat member",
      update: { my_chat_member: { chat, from: { id: 7 } } },
      group: "tg-700-42",
    },
    { name: "a business message", update: { business_message: { chat } }, group: "tg-700-42" },
    {
      name: "a pressed button",
      update: { callback_query: { from: { id: 7 }, message: { chat } } },
      group: "tg-700-42",
    },
    {
      name: "a button of an inline message",
      update: { callback_query: { from: { id: 7 } } },
      group: "tg-700-7",
    },
    { name: "an inline query", update: { inline_query: { from: { id: 7 } } }, group: "tg-700-7" },
    { name: "a vote", update: { poll_answer: { user: { id: 7 } } }, group: "tg-700-7" },
    { name: "a poll, which has no chat", update: { poll: { id: "5" } }, group: "tg-700" },
    { name: "an unknown kind", update: { hologram: { chat } }, group: "tg-700-42" },
    {
      name: "a group chat",
      update: { message: { chat: { id: -1001234567890 } } },
      group: "tg-700--1001234567890",
    },
    {
      name: "an id of 52 bits",
      update: { message: { chat: { id: 4503599627370495 } } },
      group: "tg-700-4503599627370495",
    },
    {
      name: "a chat id as text",
      update: { message: { chat: { id: "сорок два" } } },
      group: "tg-700",
    },
    { name: "only its id", update: {}, group: "tg-700" },
    { name: "a number next to its id", update: { message: 5 }, group: "tg-700" },
  ])("of $name is $group", ({ update, group }) => {
    expect(identifyUpdate(bytesOf({ update_id: 1, ...update }), botId)).toEqual({
      id: "tg:700:1",
      group,
    });
  });
});

describe("identifying an arbitrary body", () => {
  test("never throws, and returns ids that the queue accepts", () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((json) => `{"update_id":1,"message":${json}}`),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const { id, group } = identifyUpdate(bytesOf(body), botId);

        expect([isPlainId(id), isPlainId(group)]).toEqual([true, true]);
      }),
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { bytesOf } from "../../support/bodies.ts";
import { accountId, scopeId } from "../../support/events.ts";

const decode = (action: unknown, more: object = {}) =>
  decodeHook(bytesOf({ account_id: accountId, time: 1, action, ...more }), scopeId);
const conversation = { id: "amojo-chat", client_id: "tg-700-42" };
const aReaction = { type: "react", emoji: "👍", user: { id: "u1" }, conversation };

describe("an operator's reaction", () => {
  test.each([
    { given: { message: { id: "m1" } }, message: { amocrmMessageId: "m1" } },
    {
      given: { message: { id: "m1", client_id: "tg-700-42-5" } },
      message: { amocrmMessageId: "m1", msgid: "tg-700-42-5" },
    },
    { given: { msgid: "m1" }, message: { amocrmMessageId: "m1" } },
    { given: { msgid: "tg-700-42-5" }, message: { msgid: "tg-700-42-5" } },
    { given: { msgid: "tg-700--42-5" }, message: { amocrmMessageId: "tg-700--42-5" } },
    { given: { msgid: "tg-700-42" }, message: { amocrmMessageId: "tg-700-42" } },
    {
      given: { msgid: "tg-700-42-5", message: { id: "m1" } },
      message: { amocrmMessageId: "m1", msgid: "tg-700-42-5" },
    },
    { given: { message: { id: 5 } }, message: { amocrmMessageId: "5" } },
    { given: { message: [], msgid: "m1" }, message: { amocrmMessageId: "m1" } },
  ])("to $given has the message's id", ({ given, message }) => {
    expect(decode({ reaction: { ...aReaction, ...given } })).toEqual({
      kind: "reaction",
      conversationId: "tg-700-42",
      amojoChatId: "amojo-chat",
      message,
      emoji: "👍",
      sentAtMillis: 1000,
    });
  });

  test.each([{ emoji: undefined }, { emoji: null }, { emoji: "👍" }])(
    "that is removed has no emoji: %j",
    (emoji) => {
      const event = decode({ reaction: { ...aReaction, msgid: "m1", type: "unreact", ...emoji } });

      expect(event).toMatchObject({ kind: "reaction", message: { amocrmMessageId: "m1" } });
      expect(event).not.toHaveProperty("emoji");
    },
  );

  test.each([{}, { message: {} }, { msgid: "" }, { msgid: "m1", emoji: "" }])(
    "without a message or an emoji is not understood, and concerns no message: %j",
    (odd) => {
      const event = decode({ reaction: { ...aReaction, ...odd } });

      expect(event).toMatchObject({ kind: "not-understood" });
      expect(event).not.toHaveProperty("amocrmMessageId");
    },
  );

  test.each([undefined, null, 0, "soon", 9e15])(
    "without a valid time (%j) is read without one",
    (time) => {
      const event = decode({ reaction: { ...aReaction, msgid: "m1" } }, { time });

      expect(event).toMatchObject({ kind: "reaction" });
      expect(event).not.toHaveProperty("sentAtMillis");
    },
  );

  test.each([undefined, null, {}, { id: "amojo-chat" }, { client_id: "" }])(
    "in a conversation without the bridge's id (%j) has none",
    (odd) => {
      expect(decode({ reaction: { ...aReaction, msgid: "m1", conversation: odd } })).toMatchObject({
        kind: "reaction",
        conversationId: undefined,
      });
    },
  );
});

describe("an operator's typing", () => {
  test.each([{ expired_at: 1_700_000_005 }, { expired_at: "1700000005" }])(
    "lasts until its end: %j",
    (until) => {
      expect(decode({ typing: { user: { id: "u1" }, conversation, ...until } })).toEqual({
        kind: "typing",
        conversationId: "tg-700-42",
        amojoChatId: "amojo-chat",
        untilSeconds: 1_700_000_005,
      });
    },
  );

  test.each([{}, { expired_at: null }, { expired_at: "soon" }])("may have no end: %j", (until) => {
    expect(decode({ typing: { conversation, ...until } })).toEqual({
      kind: "typing",
      conversationId: "tg-700-42",
      amojoChatId: "amojo-chat",
    });
  });
});

test.each([null, [], "", false])("an action next to a message of %j is read", (message) => {
  expect(decode({ typing: { conversation } }, { message })).toMatchObject({ kind: "typing" });
});

test("an action of another account is not understood", () => {
  expect(decode({ typing: { conversation } }, { account_id: "another" })).toMatchObject({
    kind: "not-understood",
    reason: "foreign-account",
  });
});

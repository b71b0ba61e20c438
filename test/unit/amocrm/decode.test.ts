import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeHook } from "../../../lambdas/adapters/amocrm/decode.ts";
import { amocrmFixture, anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { accountId, scopeId } from "../../support/events.ts";

const decode = (hook: unknown, scope = scopeId) => decodeHook(bytesOf(hook), scope);
/** A payload of the documentation, with the scope of the account it names. */
const decodeFixture = (name: string) => {
  const hook = amocrmFixture(name);
  const { account_id: account } = JSON.parse(hook) as { account_id?: string };
  return decode(hook, `channel_${account ?? accountId}`);
};

describe("hooks as amoCRM documents them", () => {
  test("a text is a message of a conversation", () => {
    expect(decodeFixture("hook-v2-text-with-source.json")).toEqual({
      kind: "message",
      amocrmMessageId: "0371a0ff-b78a-4c7b-8538-a7d547e10692",
      conversationId: "my_int-d5a421f7f218",
      content: { type: "text", text: "Текст сообщения Сделка #15926745" },
      amojoChatId: "8e4d4baa-9e6c-4a88-838a-5f62be227bdc",
      sentAtMillis: 1_639_572_260_980,
    });
  });

  test("a picture names its kind and keeps its caption, its buttons as lines below", () => {
    expect(decodeFixture("hook-v2-picture-markup-template.json")).toMatchObject({
      kind: "message",
      content: {
        type: "unsupported",
        kind: "picture",
        text: "Текст сообщения Сделка #15926745\n• Принять заказ\n• Отменить заказ",
      },
    });
  });

  test.each([
    { name: "hook-typing.json", reason: "typing" },
    { name: "hook-reaction.json", reason: "reaction" },
  ])("$name is ignored as $reason", ({ name, reason }) => {
    expect(decodeFixture(name)).toEqual({ kind: "ignored", reason });
  });

  test("the deprecated form is set aside", () => {
    expect(decodeFixture("hook-v1-deprecated.json")).toMatchObject({ kind: "not-understood" });
  });
});

describe("a message hook", () => {
  test.each(["picture", "file", "video", "voice", "audio", "sticker", "hologram"])(
    "of type %s is a message of a kind that is not carried over",
    (type) => {
      expect(decode(anAmocrmHook({ type, text: "caption" }))).toMatchObject({
        content: { type: "unsupported", kind: type, text: "caption" },
      });
    },
  );

  test.each([
    { name: "no client_id", conversation: { id: "c1" } },
    { name: "an empty client_id", conversation: { id: "c1", client_id: "" } },
    { name: "a client_id of null", conversation: { id: "c1", client_id: null } },
    { name: "nothing but itself", conversation: {} },
  ])("whose conversation has $name was written first", ({ conversation }) => {
    expect(decode(anAmocrmHook({}, { conversation }))).toMatchObject({
      kind: "message",
      conversationId: undefined,
    });
  });

  test.each([{ text: null }, { text: undefined }, { text: "" }])(
    "without text ($text) is an empty text",
    (message) => {
      expect(decode(anAmocrmHook(message))).toMatchObject({ content: { type: "text", text: "" } });
    },
  );

  test.each(["https://files.example/a.jpg", "x"])(
    "of text with a file beside it is of a kind that is not carried over: %s",
    (media) => {
      expect(decode(anAmocrmHook({ media }))).toMatchObject({
        content: { type: "unsupported", kind: "text", text: "How can we help?" },
      });
    },
  );

  test.each([{ media: "" }, { media: null }])("of text with no file is a text: %j", (media) => {
    expect(decode(anAmocrmHook(media))).toMatchObject({ content: { type: "text" } });
  });

  test("has its buttons as lines, row by row, with their addresses", () => {
    const buttons = [
      [{ text: "Yes" }, { text: "No" }],
      [{ text: "Prices", url: "https://shop.example/prices" }],
    ];

    expect(decode(anAmocrmHook({ markup: { mode: "inline", buttons } }))).toMatchObject({
      content: {
        type: "text",
        text: "How can we help?\n• Yes\n• No\n• Prices: https://shop.example/prices",
      },
    });
  });

  test.each([null, 5, "buttons", {}, { buttons: "no" }, { buttons: [{ text: "a" }] }, []])(
    "is its text alone with a markup that cannot be read: %j",
    (markup) => {
      expect(decode(anAmocrmHook({ markup }))).toMatchObject({
        content: { type: "text", text: "How can we help?" },
      });
    },
  );

  test("is read the same with fields nobody knows yet", () => {
    const hook = { ...anAmocrmHook({ novelty: { a: 1 } }), novelty: [1] };

    expect(decode(hook)).toEqual(decode(anAmocrmHook()));
  });

  test("is a message also with an action beside it", () => {
    expect(decode({ ...anAmocrmHook(), action: { typing: {} } })).toMatchObject({
      kind: "message",
    });
  });

  test("of another account is set aside, and can be told", () => {
    expect(decode({ ...anAmocrmHook(), account_id: "another" })).toMatchObject({
      kind: "not-understood",
      reason: "foreign-account",
      amocrmMessageId: "amojo-message",
    });
  });

  test("that names no account is taken for this one's", () => {
    expect(decode({ ...anAmocrmHook(), account_id: undefined })).toMatchObject({ kind: "message" });
  });
});

describe("a hook that cannot be read", () => {
  test.each(["", "<html>", "[]", "null", '"text"', "{}", '{"message":5}', '{"action":{}}'])(
    "such as '%s' is set aside, never refused",
    (body) => {
      expect(decode(body)).toMatchObject({ kind: "not-understood", reason: "not-understood" });
      expect(decode(body)).not.toHaveProperty("amocrmMessageId");
    },
  );

  test("can be told where it carries a message id", () => {
    expect(decode({ message: { message: { id: "m1", type: 5 } } })).toMatchObject({
      kind: "not-understood",
      amocrmMessageId: "m1",
    });
  });

  test("its detail tells where it is odd and repeats none of its words", () => {
    expect(decode(anAmocrmHook({ text: ["the operator's words"] }))).toMatchObject({
      detail: "not a v2 message hook: message.message.text",
    });
  });

  test("arbitrary JSON never throws", () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .json()
        .map((json) => `{"message":{"message":${json},"conversation":${json}},"action":${json}}`),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(["message", "ignored", "not-understood"]).toContain(decode(body).kind);
      }),
    );
  });
});

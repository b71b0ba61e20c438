import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { amocrmFixture, anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { accountId, scopeId } from "../../support/events.ts";

const decode = (hook: unknown, scope = scopeId) => decodeHook(bytesOf(hook), scope);
/** A payload of the documentation, with the scope of its account. */
const decodeFixture = (name: string) => {
  const hook = amocrmFixture(name);
  const { account_id: account } = JSON.parse(hook) as { account_id?: string };
  return decode(hook, `channel_${account ?? accountId}`);
};

describe("documented hooks of amoCRM", () => {
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

  test("a picture is a file with its address and caption, and the buttons under it", () => {
    expect(decodeFixture("hook-v2-picture-markup-template.json")).toMatchObject({
      kind: "message",
      content: {
        type: "media",
        media: { kind: "picture", source: "https://amojo.amocrm.ru/attachments/image.jpg" },
        text: "Текст сообщения Сделка #15926745",
      },
      buttons: [[{ text: "Принять заказ" }, { text: "Отменить заказ" }]],
    });
  });

  test("a reaction has amoCRM's id of the message and the chat", () => {
    expect(decodeFixture("hook-reaction.json")).toEqual({
      kind: "reaction",
      conversationId: "c7",
      amojoChatId: "f1e4e02c-f502-4165-9377-8575c55c5ebd",
      message: { amocrmMessageId: "cd05887d-bb16-4e11-b298-40455cc77195" },
      emoji: "😍",
      sentAtMillis: 1_637_087_558_000,
    });
  });

  test("typing lasts until its end time", () => {
    expect(decodeFixture("hook-typing.json")).toEqual({
      kind: "typing",
      conversationId: "c7",
      amojoChatId: "f1e4e02c-f502-4165-9377-8575c55c5ebd",
      untilSeconds: 1_637_087_563,
    });
  });

  test("the deprecated form is not understood", () => {
    expect(decodeFixture("hook-v1-deprecated.json")).toMatchObject({ kind: "not-understood" });
  });
});

describe("a message hook", () => {
  test.each([
    { name: "no client_id", conversation: { id: "c1" } },
    { name: "an empty client_id", conversation: { id: "c1", client_id: "" } },
    { name: "a client_id of null", conversation: { id: "c1", client_id: null } },
    { name: "no fields", conversation: {} },
  ])("whose conversation has $name was written first by the operator", ({ conversation }) => {
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

  test("is read the same with unknown fields", () => {
    const hook = { ...anAmocrmHook({ novelty: { a: 1 } }), novelty: [1] };

    expect(decode(hook)).toEqual(decode(anAmocrmHook()));
  });

  test("is a message also when it has an action", () => {
    expect(decode({ ...anAmocrmHook(), action: { typing: {} } })).toMatchObject({
      kind: "message",
    });
  });

  test.each([
    "another",
    accountId.toUpperCase(),
    ` ${accountId}`,
    5,
    0,
    true,
    { id: accountId },
    [accountId],
  ])("of the other account %j is rejected and reported", (id) => {
    expect(decode({ ...anAmocrmHook(), account_id: id })).toMatchObject({
      kind: "not-understood",
      reason: "foreign-account",
      amocrmMessageId: "amojo-message",
    });
  });

  test.each([undefined, null, ""])("without an account (%j) counts as this account's", (id) => {
    expect(decode({ ...anAmocrmHook(), account_id: id })).toMatchObject({ kind: "message" });
  });
});

describe("an unreadable hook", () => {
  test.each(["", "<html>", "[]", "null", '"text"', "{}", '{"message":5}', '{"action":{}}'])(
    "such as '%s' is not understood and does not fail",
    (body) => {
      expect(decode(body)).toMatchObject({ kind: "not-understood", reason: "not-understood" });
      expect(decode(body)).not.toHaveProperty("amocrmMessageId");
    },
  );

  test.each([
    { name: "no conversation", message: { message: { id: "m1", type: "text" } } },
    { name: "a list as text", message: anAmocrmHook({ id: "m1", text: ["a"] }).message },
    { name: "a malformed file", message: anAmocrmHook({ id: "m1", media: { url: "a" } }).message },
  ])("is reported when it has a message id: $name", ({ message }) => {
    expect(decode({ message })).toMatchObject({ kind: "not-understood", amocrmMessageId: "m1" });
  });

  test("has a detail that says where it is malformed and repeats none of its text", () => {
    expect(decode(anAmocrmHook({ text: ["the operator's words"] }))).toMatchObject({
      detail: "not a v2 message hook: message.message.text",
    });
  });
});

import { describe, expect, test } from "@jest/globals";
import { encodeChat, encodeMessage, encodeStatus } from "../../../lambdas/amocrm/chats/encode.ts";
import { formatDate } from "../../../lambdas/amocrm/webhook/signature.ts";
import type { CrmMessage } from "../../../lambdas/model/crm.ts";
import { amocrmFixture } from "../../support/bodies.ts";

const customer = { id: "tg-42", name: "Anna Petrova", language: "en" } as const;
const bot = { id: "bot-uuid", name: "Support bot" };
const aMessage = (changes: Partial<CrmMessage> = {}): CrmMessage => ({
  conversationId: "tg-700-42",
  msgid: "tg-700-42-5",
  customer,
  from: "customer",
  sentAtMillis: 1_699_999_999_599,
  silent: false,
  content: { type: "text", text: "Good morning" },
  ...changes,
});

/** The names of an object's fields, and of those one level deeper. */
const namesIn = (value: object): string[] =>
  Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...(typeof inner === "object"
      ? Object.keys(inner as object).map((deep) => `${name}.${deep}`)
      : []),
  ]);

describe("bodies of the Chats API", () => {
  test("a chat has the bridge's id and the customer's name", () => {
    expect(encodeChat("tg-700-42", customer)).toEqual({
      conversation_id: "tg-700-42",
      user: { id: "tg-42", name: "Anna Petrova" },
    });
  });

  test("a customer's message has a sender, no receiver, and the second of its millisecond", () => {
    expect(encodeMessage("new_message", aMessage(), bot)).toEqual({
      event_type: "new_message",
      payload: {
        timestamp: 1_699_999_999,
        msec_timestamp: 1_699_999_999_599,
        msgid: "tg-700-42-5",
        conversation_id: "tg-700-42",
        sender: { id: "tg-42", name: "Anna Petrova" },
        message: { type: "text", text: "Good morning" },
        silent: false,
      },
    });
  });

  test("a number that the customer shared is in the sender's profile", () => {
    const message = aMessage({ customer: { ...customer, phone: "+79161234567" } });

    expect(encodeMessage("new_message", message, bot)).toMatchObject({
      payload: { sender: { id: "tg-42", profile: { phone: "+79161234567" } } },
    });
  });

  test("the bot's message has amoCRM's id of the bot and the customer as receiver", () => {
    expect(
      encodeMessage("new_message", aMessage({ from: "bot", silent: true }), bot),
    ).toMatchObject({
      payload: {
        sender: { ref_id: "bot-uuid", name: "Support bot" },
        receiver: { id: "tg-42", name: "Anna Petrova" },
        silent: true,
      },
    });
  });

  test.each([
    { name: "req-new-message-incoming-client.json", message: aMessage() },
    { name: "req-new-message-outgoing-bot.json", message: aMessage({ from: "bot", silent: true }) },
  ])("has the fields of the documented $name, and only those", ({ name, message }) => {
    const documented = JSON.parse(amocrmFixture(name)) as { payload: Record<string, object> };

    const { payload } = encodeMessage("new_message", message, bot);

    expect(Object.keys(payload).sort()).toEqual(Object.keys(documented.payload).sort());
    expect(namesIn(documented.payload)).toEqual(expect.arrayContaining(namesIn(payload)));
  });

  test("an edit has the id of its original", () => {
    expect(encodeMessage("edit_message", aMessage(), bot)).toMatchObject({
      event_type: "edit_message",
      payload: { msgid: "tg-700-42-5" },
    });
  });
});

describe("a delivery status", () => {
  test("of success has both fields that amoCRM may read, and no error", () => {
    expect(encodeStatus("m1", { statusCode: 1 })).toEqual({
      msgid: "m1",
      delivery_status: 1,
      status_code: 1,
    });
  });

  test("of failure has the code and the sentence, too", () => {
    const error = "Клиент заблокировал бота.";

    expect(encodeStatus("m1", { statusCode: -1, errorCode: 901, error })).toEqual({
      msgid: "m1",
      delivery_status: -1,
      status_code: -1,
      error_code: 901,
      error,
    });
  });

  test.each(["req-delivery-status-reference.json", "req-delivery-status-stepbystep.json"])(
    "has every field of the documented %s",
    (name) => {
      const body = encodeStatus("m1", { statusCode: -1, errorCode: 905, error: "No." });

      expect(Object.keys(body)).toEqual(
        expect.arrayContaining(Object.keys(JSON.parse(amocrmFixture(name)))),
      );
    },
  );
});

test("the date of a request has a format that parses back", () => {
  const date = new Date("2026-01-02T03:04:05.000Z");

  expect(Date.parse(formatDate(date))).toBe(date.getTime());
});

import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { carry } from "../../support/carried-customer-event.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

const refused = () => new PermanentFailure("refused-by-amocrm", "amoCRM answered 400");

const start = (changes: Partial<CustomerEvent> = {}) =>
  aCustomerEvent({ content: { type: "text", text: "/start" }, command: "start", ...changes });

describe("a customer's message", () => {
  test("is shown with their name, its own time and the bridge's id, and with a notification", async () => {
    const { crm, opened } = await carry(aCustomerEvent());

    expect(opened).toEqual(["tg-700-42"]);
    expect(crm.messages()).toEqual([
      {
        conversationId: "tg-700-42",
        msgid: "tg-700-42-5",
        customer: { id: "tg-42", name: "Anna Petrova", language: "en" },
        from: "customer",
        sentAtMillis: 1_699_999_999_599,
        silent: false,
        content: { type: "text", text: "Good morning" },
      },
    ]);
  });

  test("has the same time at every attempt", async () => {
    const crm = aFakeCrm({ sends: [new TransientFailure("amoCRM answered 500"), "amojo-1"] });

    await carry(aCustomerEvent(), { crm, attempts: 2 });

    const times = crm.messages().map(({ sentAtMillis }) => sentAtMillis);
    expect(times).toEqual([1_699_999_999_599, 1_699_999_999_599]);
  });

  test("of an unsupported kind is shown as a placeholder in the operator's language", async () => {
    const content = { type: "unsupported", kind: "photo", text: "My receipt" } as const;

    const { crm } = await carry(aCustomerEvent({ content }));

    expect(crm.messages()).toMatchObject([
      { content: { type: "text", text: "[фото · photo] My receipt" } },
    ]);
  });

  test("that amoCRM refuses as a duplicate counts as sent", async () => {
    const crm = aFakeCrm({ sends: [refused()], finds: ["amojo-earlier"] });

    const { bench } = await carry(aCustomerEvent(), { crm });

    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [{ step: "show-message", id: "amojo-earlier" }],
    });
    expect(crm.calls[1]).toMatchObject({ method: "findMessage", msgid: "tg-700-42-5" });
  });

  test("that amoCRM refuses and does not have is parked", async () => {
    const { bench } = await carry(aCustomerEvent(), { crm: aFakeCrm({ sends: [refused()] }) });

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "refused-by-amocrm" });
  });

  test("makes no Telegram call", async () => {
    const { messenger } = await carry(aCustomerEvent());

    expect([messenger.sent, messenger.touched()]).toEqual([[], 0]);
  });

  test("when edited, edits the message of the same id", async () => {
    const { crm } = await carry(aCustomerEvent({ kind: "edit" }));

    expect(crm.calls).toMatchObject([
      { method: "editMessage", message: { msgid: "tg-700-42-5", from: "customer" } },
    ]);
  });
});

describe("a command", () => {
  test("/start is shown silently and greeted, and the greeting is shown as the channel bot's", async () => {
    const messenger = aFakeMessenger({ sends: ["77"] });

    const { crm, memory } = await carry(start(), { messenger });

    const text = messenger.sent[0]?.text;
    expect(messenger.sent).toMatchObject([{ chatId: "42" }]);
    expect(crm.messages()).toMatchObject([
      { from: "customer", msgid: "tg-700-42-5", silent: true, content: { text: "/start" } },
      { from: "bot", msgid: "tg-700-42-77", silent: true, content: { type: "text", text } },
    ]);
    expect(await memory.has("amojo-2")).toBe(true);
  });

  test.each([
    { name: "who has blocked the bot", error: new PermanentFailure("blocked") },
    { name: "while Telegram is down", error: new TransientFailure("Telegram answered 502") },
    { name: "without an answer", error: new TransientFailure("timeout", { ambiguous: true }) },
  ])("of a customer $name is complete, and no greeting is shown", async ({ error }) => {
    const { bench, crm, verdicts } = await carry(start(), {
      messenger: aFakeMessenger({ sends: [error] }),
    });

    expect(verdicts).toEqual([{ kind: "done" }]);
    expect(bench.entry()).toMatchObject({ state: "sent" });
    expect(crm.messages()).toHaveLength(1);
  });

  test("is greeted once, even when the copy of the greeting takes several attempts", async () => {
    const crm = aFakeCrm({ sends: ["1", new TransientFailure("amoCRM answered 500"), "2"] });

    const { bench, messenger } = await carry(start(), { crm, attempts: 2 });

    expect(messenger.sent).toHaveLength(1);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test.each([
    { name: "refuses permanently", error: refused() },
    {
      name: "refuses because of an unknown bot",
      error: new TransientFailure("amoCRM answered 403", { needsPerson: true }),
    },
  ])("whose greeting amoCRM $name does not block the chat", async ({ error }) => {
    const crm = aFakeCrm({ sends: ["1", error] });

    const { verdicts } = await carry(start(), { crm });

    expect(verdicts).toEqual([{ kind: "done" }]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { MemoryShownPieces } from "../../support/memory/stores.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { carry } from "../../support/carried-customer-event.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";

const refused = () => new PermanentFailure("refused-by-amocrm", "amoCRM answered 400");
const noAnswer = () => new TransientFailure("no answer: timeout", { ambiguous: true });
const down = () => new TransientFailure("amoCRM answered 502");
const unknownScope = () => new TransientFailure("amoCRM answered 404", { needsPerson: true });
const again = { kind: "retry" };
const done = { kind: "done" };

describe("a message that amoCRM refuses after an attempt without an answer", () => {
  test("waits five attempts for itself to appear in the history, then is parked", async () => {
    const crm = aFakeCrm({ sends: [noAnswer(), refused()] });

    const { bench, verdicts } = await carry(aCustomerEvent(), { crm, attempts: 6 });

    expect(verdicts).toMatchObject([again, again, again, again, again, done]);
    expect(bench.entry()).toMatchObject({ state: "parked", reason: "refused-by-amocrm" });
  });

  test("is complete once it appears there, and is shown once", async () => {
    const crm = aFakeCrm({ sends: [noAnswer(), refused()], finds: [undefined, "amojo-1"] });

    const { bench, verdicts } = await carry(aCustomerEvent(), { crm, attempts: 3 });

    expect(verdicts).toMatchObject([again, again, done]);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [{ step: "show-message", id: "amojo-1" }],
    });
  });
});

describe("a message that amoCRM refuses", () => {
  test("is parked at once when no attempt had an unknown outcome", async () => {
    const crm = aFakeCrm({ sends: [down(), refused()] });

    const { bench, verdicts } = await carry(aCustomerEvent(), { crm, attempts: 2 });

    expect(verdicts).toMatchObject([again, done]);
    expect(bench.entry()).toMatchObject({ state: "parked" });
  });

  test.each([
    { name: "is forbidden to the integration", error: unknownScope() },
    { name: "fails permanently", error: refused() },
  ])("is parked when its history $name", async ({ error }) => {
    const crm = aFakeCrm({ sends: [refused()], finds: [error] });

    const { bench } = await carry(aCustomerEvent(), { crm });

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "refused-by-amocrm" });
  });

  test("is looked up again while the history has a temporary failure", async () => {
    const crm = aFakeCrm({ sends: [refused()], finds: [down(), "amojo-1"] });

    const { bench, verdicts } = await carry(aCustomerEvent(), { crm, attempts: 2 });

    expect(verdicts).toMatchObject([again, done]);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [{ step: "show-message", id: "amojo-1" }],
    });
  });
});

describe("an edit that amoCRM refuses", () => {
  const anEdit = aCustomerEvent({ kind: "edit", sentAtSeconds: 1_700_000_100 });
  const sentIn = ({ calls }: ReturnType<typeof aFakeCrm>) =>
    calls.flatMap((call) => (call.method === "sendMessage" ? [call.message.msgid] : []));

  test.each([
    { operatorLanguage: "ru", text: "[изменено] Good morning" },
    { operatorLanguage: "en", text: "[edited] Good morning" },
  ] as const)("is shown as a message of its own: $text", async ({ operatorLanguage, text }) => {
    const crm = aFakeCrm({ edits: [refused()] });

    const { bench } = await carry(anEdit, { crm, operatorLanguage });

    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [{ step: "show-message", id: "amojo-1" }],
    });
    expect(crm.calls.at(-1)).toMatchObject({
      method: "sendMessage",
      message: {
        msgid: "tg-700-42-5-edit-90001",
        from: "customer",
        conversationId: "tg-700-42",
        content: { type: "text", text },
      },
    });
  });

  describe("of a message that it does not know", () => {
    const shownTexts = async (...texts: string[]) => {
      const shownPieces = new MemoryShownPieces();
      const words: unknown[] = [];
      for (const [index, text] of texts.entries()) {
        const crm = aFakeCrm({ edits: [refused()] });
        const event = aCustomerEvent({
          kind: "edit",
          sentAtSeconds: 1_700_000_100 + index,
          updateId: 90_001 + index,
          content: { type: "text", text },
        });
        const { bench } = await carry(event, { crm, shownPieces, operatorLanguage: "en" });
        expect(bench.entry()).toMatchObject({ state: "sent" });
        const sent = crm.calls.flatMap((call) =>
          call.method === "sendMessage" ? [call.message] : [],
        );
        words.push(...sent.map(({ content }) => "text" in content && content.text));
      }
      return words;
    };

    test("is shown once when Telegram sends the same text several times", async () => {
      expect(await shownTexts("older", "older", "older")).toEqual(["[edited] older"]);
    });

    test("is shown again when the text changes, also back", async () => {
      expect(await shownTexts("A", "A", "B", "B", "A")).toEqual([
        "[edited] A",
        "[edited] B",
        "[edited] A",
      ]);
    });
  });

  test("has the same id at every attempt, so that it is shown once", async () => {
    const crm = aFakeCrm({ edits: [refused()], sends: [noAnswer(), "amojo-1"] });

    await carry(anEdit, { crm, attempts: 2 });

    expect(sentIn(crm)).toEqual(["tg-700-42-5-edit-90001", "tg-700-42-5-edit-90001"]);
  });

  test("has the same id after a redrive, although the queue accepts it at another time", async () => {
    const crm = aFakeCrm({ edits: [refused(), refused()] });

    await carry(anEdit, { crm, acceptedAtMillis: 1_700_000_100_200 });
    await carry(anEdit, { crm, acceptedAtMillis: 1_700_000_900_000 });

    expect(sentIn(crm)).toEqual(["tg-700-42-5-edit-90001", "tg-700-42-5-edit-90001"]);
  });

  test("has another id than an edit of the same second", async () => {
    const crm = aFakeCrm({ edits: [refused(), refused()] });

    await carry(anEdit, { crm });
    await carry({ ...anEdit, updateId: 90_002 }, { crm });

    expect(sentIn(crm)).toEqual(["tg-700-42-5-edit-90001", "tg-700-42-5-edit-90002"]);
  });

  test("has the same id when its content cannot be carried over", async () => {
    const content = { type: "unsupported", kind: "photo", text: "My receipt" } as const;
    const crm = aFakeCrm({ edits: [refused()] });

    await carry({ ...anEdit, content }, { crm });

    expect(crm.messages().at(-1)).toMatchObject({
      content: { text: "[изменено] [фото · photo] My receipt" },
    });
  });

  test.each([down(), noAnswer(), unknownScope()])(
    "temporarily is retried and not shown twice (%#)",
    async (error) => {
      const crm = aFakeCrm({ edits: [error, undefined] });

      const { verdicts } = await carry(anEdit, { crm, attempts: 2 });

      expect(verdicts).toMatchObject([again, done]);
      expect(crm.calls.map(({ method }) => method)).toEqual(["editMessage", "editMessage"]);
    },
  );
});

describe("the copy of a greeting", () => {
  const start = aCustomerEvent({
    content: { type: "text", text: "/start" },
    command: "start",
  });
  const copies = (crm: ReturnType<typeof aFakeCrm>) =>
    crm.messages().filter(({ from }) => from === "bot").length;

  test.each([
    { name: "refuses it permanently", error: refused() },
    { name: "does not know the bot", error: unknownScope() },
  ])("is left out at once when amoCRM $name", async ({ error }) => {
    const crm = aFakeCrm({ sends: ["1", error] });

    const { bench, verdicts } = await carry(start, { crm });

    expect(verdicts).toEqual([done]);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [
        { step: "show-message", id: "1" },
        { step: "say", id: "101" },
        { step: "show-bot-message", outcome: "skipped" },
      ],
    });
  });

  test.each([
    { name: "does not work", error: down() },
    { name: "does not answer", error: noAnswer() },
  ])("blocks the chat for two failures at most when amoCRM $name", async ({ error }) => {
    const crm = aFakeCrm({ sends: ["1", error] });

    const { bench, verdicts } = await carry(start, { crm, attempts: 3 });

    expect(verdicts).toMatchObject([again, again, done]);
    expect(copies(crm)).toBe(3);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("is not left out when the customer's own message took long", async () => {
    const crm = aFakeCrm({ sends: [down(), down(), down(), "1", down(), "2"] });

    const { bench } = await carry(start, { crm, attempts: 5 });

    expect(copies(crm)).toBeGreaterThanOrEqual(1);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });
});

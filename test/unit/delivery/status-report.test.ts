import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import type { Attempt } from "../../../lambdas/delivery/attempt.ts";
import { createStatusReport } from "../../../lambdas/delivery/status-report.ts";
import { bridgeEvent, envelope } from "../../../lambdas/model/envelope.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { isPlainId } from "../../../lambdas/model/ids.ts";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import { anAttempt, anEnvelope, sentTexts, someSettings } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";
import { textIn } from "../../support/packing.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const anEntry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: "amo:scope:amojo-message",
  state: "sent",
  steps: sentTexts("1"),
  attempts: 0,
  ambiguous: 0,
  ...changes,
});
const blocked = anEntry({ state: "parked", reason: "blocked", steps: [] });
const down = () => new TransientFailure("no answer: timeout", { ambiguous: true });

const aStatusReport = (
  statuses: Parameters<typeof aFakeCrm>[0] = {},
  refusals = 0,
  botAddress?: string,
) => {
  const crm = aFakeCrm(statuses);
  const toAmocrm = aFakeQueue({ refusals });
  const logger = aRecordingLogger();
  const now = () => 1_700_000_000_000;
  const conversations = new MemoryConversationStore();
  const report = createStatusReport({
    crm,
    toAmocrm,
    settings: someSettings({ operatorLanguage: "ru" }),
    now,
    logger,
    invitationFor: async () => botAddress,
  });
  const reportOnce = (
    amocrmMessageId: string,
    entry: LedgerEntry,
    attempt: Attempt,
    isRepeat = false,
    leftOut?: string,
  ) => report({ amocrmMessageId, entry, isRepeat, leftOut }, attempt, anAttemptAt(conversations));
  return { crm, toAmocrm, logger, report: reportOnce, conversations };
};

describe("the report to the operator", () => {
  test("sets a sent message as delivered, within two seconds", async () => {
    const { crm, report } = aStatusReport();

    await report("amojo-message", anEntry(), anAttempt());

    expect(crm.calls).toEqual([
      {
        method: "setDeliveryStatus",
        amocrmMessageId: "amojo-message",
        status: { statusCode: 1 },
        timeoutMillis: 2000,
      },
    ]);
  });

  test.each([
    { what: "delivered", entry: anEntry(), leftOut: undefined, code: 1 },
    { what: "delivered in words only", entry: anEntry(), leftOut: "location", code: -1 },
  ])(
    "of a redriven message that is $what waits in the queue behind the report of its earlier failure",
    async ({ entry, leftOut, code }) => {
      const { crm, toAmocrm, report } = aStatusReport({ statuses: [down()] });
      const group = "tg-700-42";
      await report("amojo-message", blocked, anAttempt({ group }));
      const redriven = anAttempt({ group, envelope: anEnvelope({ redrive: 1, late: "redriven" }) });

      await report("amojo-message", entry, redriven, false, leftOut);

      expect(crm.calls).toHaveLength(1);
      expect(toAmocrm.envelopes.map(({ id, group: of }) => [id, of])).toEqual([
        ["status:amojo-message:-1", `status:${group}`],
        [`status:amojo-message:${code}:1`, `status:${group}`],
      ]);
    },
  );

  test("of a redriven message that is parked again is made at once", async () => {
    const { crm, toAmocrm, report } = aStatusReport();

    await report("amojo-message", blocked, anAttempt({ envelope: anEnvelope({ redrive: 1 }) }));

    expect([crm.calls.length, toAmocrm.envelopes.length]).toEqual([1, 0]);
  });

  test.each([
    {
      name: "has the bot's address",
      address: "https://t.me/our_bot",
      ends: "https://t.me/our_bot",
    },
    { name: "has no address", address: undefined, ends: "написать боту." },
  ])("that refuses an operator's first message $name", async ({ address, ends }) => {
    const { crm, report } = aStatusReport({}, 0, address);
    const refused = anEntry({ state: "parked", reason: "write-first", steps: [] });

    await report("amojo-message", refused, anAttempt());

    expect(crm.calls).toMatchObject([
      { status: { statusCode: -1, errorCode: 904, error: expect.stringMatching(`${ends}$`) } },
    ]);
  });

  test.each([
    { name: "a repeated report", isRepeat: true, late: undefined },
    { name: "a late event's report", isRepeat: false, late: "spooled" as const },
  ])(
    "for $name keeps the wait that amoCRM asked of another sandbox",
    async ({ isRepeat, late }) => {
      const { conversations, crm, toAmocrm, report } = aStatusReport();
      await conversations.update("tg-700-42", { crmPausedUntilMillis: 1_700_000_060_000 });
      const attempt = anAttempt({
        group: "tg-700-42",
        envelope: anEnvelope(late === undefined ? {} : { late }),
      });

      await report("amojo-message", anEntry(), attempt, isRepeat);

      expect(crm.calls).toEqual([]);
      expect(toAmocrm.envelopes).toHaveLength(1);
    },
  );

  test("has the code and a sentence in the operator's language for a parked message", async () => {
    const { crm, report } = aStatusReport();

    await report("amojo-message", blocked, anAttempt());

    expect(crm.calls).toMatchObject([
      {
        status: {
          statusCode: -1,
          errorCode: 901,
          error: "Клиент заблокировал бота. Сообщение не доставлено.",
        },
      },
    ]);
  });

  test("names the parts left out when a message's text was sent alone", async () => {
    const { crm, report } = aStatusReport();

    await report("amojo-message", anEntry(), anAttempt(), false, "shared_post");

    expect(crm.calls).toMatchObject([
      {
        status: {
          statusCode: -1,
          errorCode: 905,
          error:
            "Клиент получил только текст: остальное (shared_post) пока нельзя отправить в Telegram.",
        },
      },
    ]);
  });

  test("has the failure when the message was not delivered at all", async () => {
    const { crm, report } = aStatusReport();

    await report("amojo-message", blocked, anAttempt(), false, "shared_post");

    expect(crm.calls).toMatchObject([{ status: { statusCode: -1, errorCode: 901 } }]);
  });

  test("of a text sent alone is made after a postponement although the event is sent", async () => {
    const { toAmocrm, report } = aStatusReport({ statuses: [down()] });

    await report("amojo-message", anEntry(), anAttempt(), false, "shared_post");

    const postponed = bridgeEvent.parse(JSON.parse(textIn(toAmocrm.envelopes[0])));
    expect(postponed).toMatchObject({ status: { statusCode: -1, errorCode: 905 } });
    expect(postponed).not.toHaveProperty("eventId");
  });

  test("is not queued when amoCRM accepts it", async () => {
    const { toAmocrm, report } = aStatusReport();

    await report("amojo-message", anEntry(), anAttempt());

    expect(toAmocrm.envelopes).toEqual([]);
  });

  test("that fails becomes an event in a group of its own, retried next to the chat", async () => {
    const { toAmocrm, logger, report } = aStatusReport({ statuses: [down()] });

    await report("amojo-message", blocked, anAttempt({ group: "tg-700-42" }));

    const [postponed] = toAmocrm.envelopes;
    expect(envelope.safeParse(postponed).success).toBe(true);
    expect(postponed).toMatchObject({
      id: "status:amojo-message:-1",
      group: "status:tg-700-42",
      source: "bridge",
      verified: true,
    });
    const body = JSON.parse(textIn(postponed));
    expect(bridgeEvent.parse(body)).toMatchObject({
      kind: "delivery_status",
      amocrmMessageId: "amojo-message",
      status: { statusCode: -1, errorCode: 901 },
    });
    expect(logger.facts()).toEqual(["StatusPostponed"]);
  });

  test("has different events for delivered and failed, so that neither hides the other", async () => {
    const { toAmocrm, report } = aStatusReport({ statuses: [down()] });

    await report("amojo-message", blocked, anAttempt());
    await report("amojo-message", anEntry(), anAttempt());

    expect(toAmocrm.envelopes.map(({ id }) => id)).toEqual([
      "status:amojo-message:-1",
      "status:amojo-message:1",
    ]);
  });

  test.each([
    { name: "special characters", id: "сообщение 1" },
    { name: "a great length", id: "m".repeat(200) },
  ])("is postponed under an id that the queue accepts for an id of $name", async ({ id }) => {
    const { toAmocrm, report } = aStatusReport({ statuses: [down()] });

    await report(id, anEntry(), anAttempt());

    expect(toAmocrm.envelopes.map((postponed) => isPlainId(postponed.id))).toEqual([true]);
  });

  test.each([
    { name: "sent", entry: anEntry() },
    { name: "parked", entry: blocked },
  ])("is not made for a message that was $name under an id of over 200 characters", async (of) => {
    const { crm, toAmocrm, logger, report } = aStatusReport();

    await report("m".repeat(200), of.entry, anAttempt());
    await report("m".repeat(201), of.entry, anAttempt());
    await report("m".repeat(201), of.entry, anAttempt(), true);

    expect(crm.calls).toMatchObject([{ amocrmMessageId: "m".repeat(200) }]);
    expect(toAmocrm.envelopes).toEqual([]);
    // Once, without the id, because the id may hold anything.
    expect(logger.lines).toEqual([
      {
        level: "warn",
        fact: "StatusNotReported",
        fields: { eventId: of.entry.id, idCharacters: 201 },
      },
    ]);
  });

  test("ends when amoCRM no longer knows the message", async () => {
    const refused = new PermanentFailure("refused-by-amocrm", "amoCRM answered 404");
    const { toAmocrm, logger, report } = aStatusReport({ statuses: [refused] });

    await report("amojo-message", anEntry(), anAttempt());

    expect(toAmocrm.envelopes).toEqual([]);
    expect(logger.lines).toMatchObject([{ level: "error", fact: "StatusRefused" }]);
  });

  test("follows amoCRM's wait in every sandbox that makes it in that chat", async () => {
    const limited = new TransientFailure("429", { retryAfterSeconds: 90, isLimit: true });
    const { conversations, report } = aStatusReport({ statuses: [limited] });

    await report("amojo-message", anEntry(), anAttempt({ group: "tg-700-42" }));

    expect(await conversations.find("tg-700-42")).toMatchObject({
      crmPausedUntilMillis: 1_700_000_090_000,
    });
  });

  test("is an error when the queue refuses it, too, so that the event is retried", async () => {
    const { report } = aStatusReport({ statuses: [down()] }, 1);

    await expect(report("amojo-message", anEntry(), anAttempt())).rejects.toThrow("refused");
  });
});

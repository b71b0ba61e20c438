import { describe, expect, test } from "@jest/globals";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import type { BridgeEvent } from "../../../lambdas/model/envelope.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { anAttempt, anEntry, anEnvelope, encoded } from "../../support/events.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";
import type { Fakes } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const conversationId = "tg-700-42";
const failed = { statusCode: -1, errorCode: 905, error: "not delivered" } as const;
const aReport = {
  kind: "delivery_status",
  amocrmMessageId: "amojo-message",
  status: { statusCode: 1 },
} as const;
const aFailure = { ...aReport, status: failed, eventId: "amo:event" } as const;

/** The decision on a request of the bridge itself. */
const eventOf = async (
  request: BridgeEvent,
  {
    group = "status:tg-700-42",
    known = {},
    stateOf,
  }: {
    group?: string;
    known?: Partial<Omit<Conversation, "conversationId">>;
    stateOf?: Fakes["stateOf"];
  } = {},
) => {
  const deps = routingDependencies(stateOf === undefined ? {} : { stateOf });
  await deps.conversations.update(conversationId, known);
  const envelope = anEnvelope({ source: "bridge", group, body: encoded(request) });
  const attempt = anAttempt({ direction: "to-amocrm", envelope });
  return createRouter(deps)(attempt, anAttemptAt(deps.conversations));
};
const decisionOf = async (...asked: Parameters<typeof eventOf>) =>
  (await eventOf(...asked)).decide(anEntry());

describe("a report of a failure", () => {
  test("is made for an event that is parked now", async () => {
    expect(await decisionOf(aFailure, { stateOf: async () => "parked" })).toEqual({
      kind: "steps",
      steps: [
        {
          name: "report-status",
          conversationId,
          amocrmMessageId: "amojo-message",
          status: failed,
        },
      ],
    });
  });

  test("is not made for an event that is sent now", async () => {
    expect(await decisionOf(aFailure, { stateOf: async () => "sent" })).toMatchObject({
      kind: "ignore",
    });
  });

  test("without an event is made, whatever the event's state", async () => {
    const { eventId: _, ...unnamed } = aFailure;

    expect(await decisionOf(unnamed, { stateOf: async () => "sent" })).toMatchObject({
      steps: [{ name: "report-status", status: failed }],
    });
  });

  test("for an id of over 200 characters, from an earlier version, is not made", async () => {
    const decision = await decisionOf({ ...aFailure, amocrmMessageId: "m".repeat(201) });

    expect(decision).toMatchObject({ kind: "ignore" });
  });

  test("keeps amoCRM's wait", async () => {
    const decision = decisionOf({ ...aFailure, notBeforeMillis: nowMillis + 90_000 });

    await expect(decision).rejects.toMatchObject({ retryAfterSeconds: 90 });
  });
});

describe("a postponed report", () => {
  test("sets its status, and is not itself reported", async () => {
    const event = await eventOf(aReport);

    expect(event.reportTo).toBeUndefined();
    expect(await event.decide(anEntry())).toMatchObject({
      steps: [
        {
          name: "report-status",
          conversationId,
          amocrmMessageId: "amojo-message",
          status: { statusCode: 1 },
        },
      ],
    });
  });

  test("of success is made also when the event is sent", async () => {
    const report = { ...aReport, eventId: "amo:event" };

    expect(await decisionOf(report, { stateOf: async () => "sent" })).toMatchObject({
      steps: [{ name: "report-status" }],
    });
  });

  test("waits as long as amoCRM asked of another sandbox meanwhile", async () => {
    const decision = decisionOf(aReport, { known: { crmPausedUntilMillis: nowMillis + 90_000 } });

    await expect(decision).rejects.toMatchObject({ retryAfterSeconds: 90 });
  });
});

describe("a notice that a message waits", () => {
  test.each([
    { known: { topics: ["10:77"] }, text: catalogue.en.waiting },
    { known: { topics: ["10:77"], language: "ru" }, text: catalogue.ru.waiting },
  ] as const)("is a line in the customer's language, worth no second try: $text", async (row) => {
    const { known, text } = row;

    const decision = await decisionOf(
      { kind: "notice", conversationId },
      { group: conversationId, known },
    );

    expect(decision).toMatchObject({
      steps: [
        {
          name: "say",
          to: { conversationId, chatId: "42", where: { topicId: "77" } },
          message: { text },
          skip: "any-failure",
        },
      ],
    });
  });
});

describe("a request to end a talk", () => {
  const silence = { kind: "silence", conversationId, lastActivityAtMillis: nowMillis } as const;
  const closed = { kind: "talk_closed", conversationId, closedAtMillis: nowMillis } as const;

  test.each([silence, closed])("ends it and sends a notice: $kind", async (request) => {
    const known = { handOff: "operator", lastActivityAtMillis: nowMillis } as const;

    expect(await decisionOf(request, { group: conversationId, known })).toMatchObject({
      steps: [{ name: "close-talk", conversationId }, { name: "say" }],
    });
  });

  test.each([
    { request: silence, known: { lastActivityAtMillis: nowMillis + 1 } },
    { request: closed, known: { lastMessageAtMillis: nowMillis + 1000 } },
  ])("is too late when a message came after it: $request.kind", async ({ request, known }) => {
    const talk = { handOff: "operator", ...known } as const;

    expect(await decisionOf(request, { group: conversationId, known: talk })).toMatchObject({
      kind: "ignore",
    });
  });
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ageOfHook } from "../../../lambdas/operator-to-customer/answer.ts";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { ledgerDays } from "../../../lambdas/model/ledger.ts";
import { anAmocrmHook } from "../../support/bodies.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anEnvelope, encoded, scopeId } from "../../support/events.ts";
import type { PlainEnvelope } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const minute = 60_000;
const day = 86_400_000;

/** An authentic hook that came now, for a message written that long before. */
const hookOf = (beforeMillis: number, changes: Partial<PlainEnvelope> = {}) =>
  anEnvelope({
    id: "amo:event",
    source: "amocrm",
    scopeId,
    body: encoded(
      anAmocrmHook({}, { timestamp: undefined, msec_timestamp: nowMillis - beforeMillis }),
    ),
    ...changes,
  });

/** The customer's messages from it and its redrives, and its final state. */
const delivered = async (
  envelope: PlainEnvelope,
  { isOutOfOrder = async () => false, redrives = 0 } = {},
) => {
  const messenger = aFakeMessenger();
  const deps = routingDependencies({ messenger, isOutOfOrder });
  const { conversations, carryOut, probe } = deps;
  const bench = aDeliveryBench(createRouter(deps), { conversations, carryOut, probe });
  const { id, group } = envelope;
  await bench.attempt({ id, group, envelope });
  for (let redrive = 1; redrive <= redrives; redrive += 1) {
    await bench.attempt({ id, group, envelope: { ...envelope, late: "redriven", redrive } });
  }
  const texts = messenger.sent.map(({ text }) => text);
  return { texts, entry: bench.ledger.entry(id), reports: bench.reports };
};

describe("the age of a hook", () => {
  const ages: readonly {
    name: string;
    before: number | undefined;
    changes?: Partial<PlainEnvelope>;
    age: ReturnType<typeof ageOfHook>;
  }[] = [
    { name: "without a time", before: undefined, age: "in-time" },
    { name: "from now", before: 0, age: "in-time" },
    { name: "from the future", before: -400 * day, age: "in-time" },
    { name: "ten minutes old", before: 10 * minute, age: "in-time" },
    { name: "more than ten minutes old", before: 10 * minute + 1, age: "late" },
    { name: "35 days old", before: 35 * day, age: "late" },
    { name: "more than 35 days old", before: 35 * day + 1, age: "too-old" },
    { name: "of 1970", before: nowMillis - 1, age: "too-old" },
    {
      name: "that waited an hour in the bridge's own queue",
      before: 60 * minute,
      changes: { receivedAtMillis: nowMillis - 60 * minute + 1000 },
      age: "in-time",
    },
    {
      name: "that came late and is in the spool",
      before: 60 * minute,
      changes: { late: "spooled" },
      age: "late",
    },
    {
      name: "that came late while the secret store was down",
      before: 60 * minute,
      changes: { late: "unverified" },
      age: "late",
    },
    {
      name: "that the caretaker found an hour after its message",
      before: 60 * minute,
      changes: { late: "reconciled" },
      age: "in-time",
    },
    {
      name: "that is redriven after 40 days",
      before: 40 * day,
      changes: { receivedAtMillis: nowMillis - 40 * day, late: "redriven", redrive: 1 },
      age: "in-time",
    },
    {
      name: "that was too old, and is redriven",
      before: 40 * day,
      changes: { late: "redriven", redrive: 1 },
      age: "late",
    },
  ];

  test.each(ages)("$name is $age", ({ before, changes = {}, age }) => {
    const sentAtMillis = before === undefined ? undefined : nowMillis - before;

    expect(ageOfHook(sentAtMillis, anEnvelope(changes), nowMillis)).toBe(age);
  });

  test("never allows a repeat of a hook that the ledger may have forgotten", () => {
    const millis = fc.integer({ min: 0, max: 100 * day });
    fc.assert(
      fc.property(millis, millis, (handledAfter, replayedAfter) => {
        const writtenAtMillis = nowMillis;
        const isForgotten = replayedAfter > handledAfter + ledgerDays * day;
        const replayedAtMillis = writtenAtMillis + replayedAfter;
        const replayed = anEnvelope({ receivedAtMillis: replayedAtMillis });

        const age = ageOfHook(writtenAtMillis, replayed, replayedAtMillis);

        expect(isForgotten && age !== "too-old").toBe(false);
      }),
    );
  });
});

describe("an operator's message with an old hook", () => {
  test("of less than ten minutes is delivered unchanged", async () => {
    const { texts } = await delivered(hookOf(9 * minute));

    expect(texts).toEqual(["How can we help?"]);
  });

  test("of an hour is delivered with its time", async () => {
    const { texts } = await delivered(hookOf(60 * minute));

    expect(texts).toEqual(["[written 21:13 UTC] How can we help?"]);
  });

  test("of days is delivered with its date and time", async () => {
    const { texts } = await delivered(hookOf(34 * day));

    expect(texts).toEqual(["[written 2023-10-11 22:13 UTC] How can we help?"]);
  });

  test("of more than 35 days is parked, and the operator gets the status", async () => {
    const { texts, entry, reports } = await delivered(hookOf(36 * day));

    expect(texts).toEqual([]);
    expect(entry).toMatchObject({ state: "parked", reason: "too-old" });
    expect(reports).toMatchObject([{ entry: { reason: "too-old" } }]);
  });

  test("that was parked is delivered with its time when a person redrives it", async () => {
    const { texts, entry, reports } = await delivered(hookOf(36 * day), { redrives: 1 });

    expect(texts).toEqual(["[written 2023-10-09 22:13 UTC] How can we help?"]);
    expect(entry).toMatchObject({ state: "sent" });
    expect(reports).toMatchObject([{ entry: { state: "parked" } }, { entry: { state: "sent" } }]);
  });

  test.each([true, false])(
    "that is late for another reason has its time once (overtaken: %s)",
    async (isOutOfOrder) => {
      const spooled = hookOf(60 * minute, { late: "spooled" });

      const { texts } = await delivered(spooled, { isOutOfOrder: async () => isOutOfOrder });

      expect(texts).toEqual(["[written 21:13 UTC] How can we help?"]);
    },
  );

  test.each([
    { name: "without any time", times: { timestamp: null, msec_timestamp: null }, time: null },
    { name: "from the future", times: { msec_timestamp: nowMillis + 400 * day }, time: 1 },
  ])("$name is delivered unchanged", async ({ times, time }) => {
    const body = encoded({ ...anAmocrmHook({}, times), time });

    const { texts } = await delivered(hookOf(0, { body }));

    expect(texts).toEqual(["How can we help?"]);
  });

  test("by the hook's time, when the message has none, is handled the same", async () => {
    const none = { timestamp: undefined, msec_timestamp: undefined };
    const body = encoded({ ...anAmocrmHook({}, none), time: (nowMillis - 36 * day) / 1000 });

    const { entry } = await delivered(hookOf(0, { body }));

    expect(entry).toMatchObject({ reason: "too-old" });
  });
});

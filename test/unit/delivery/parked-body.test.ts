import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createBodyOf, packBody } from "../../../lambdas/ingest/pack-body.ts";
import { keepBody } from "../../../lambdas/model/stores.ts";
import { parkedKeyOf } from "../../../lambdas/delivery/record-failure.ts";
import { readEnvelope } from "../../../lambdas/model/envelope.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import {
  aDeliveryBench,
  anEventDeciding,
  anEventWith,
  leaseMillis,
} from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";

const parkedKey = parkedKeyOf("tg:700:1");
const body = randomBytes(400_000);
const parks = anEventDeciding({ kind: "park", reason: "refused-by-telegram", detail: "400" });

/** A bench whose event has a body in the bucket. */
const aLargeEvent = async (job: Parameters<typeof aDeliveryBench>[0]) => {
  const bench = aDeliveryBench(job);
  const carried = await keepBody(body, { packBody, bodies: bench.bodies });
  const envelope: Envelope = { ...anEnvelope(), ...carried };
  return {
    ...bench,
    own: bench.bodies.keys()[0] ?? "",
    attempt: (given: Envelope = envelope) =>
      bench.attempt({ envelope: given, message: JSON.stringify(given) }),
    /** The redrive of the message in the ledger. */
    redriven: (redrive: number) =>
      ({ ...readEnvelope(bench.entry()?.message ?? ""), redrive, late: "redriven" }) as Envelope,
  };
};

describe("the large body of a parked event", () => {
  test("is copied to a key that does not expire, which the ledger's message names", async () => {
    const { attempt, entry, bodies, own } = await aLargeEvent(parks);

    await attempt();

    expect(own).toMatch(/^bodies\//);
    const storedEnvelope = readEnvelope(entry()?.message ?? "");
    expect(storedEnvelope).toMatchObject({ id: "tg:700:1", v: 2, body: { stored: parkedKey } });
    await bodies.remove(own);
    expect(body.equals(await createBodyOf(bodies)(storedEnvelope as Envelope))).toBe(true);
  });

  test("stays there during a redrive that fails", async () => {
    const { attempt, entry, redriven, bodies } = await aLargeEvent(parks);
    await attempt();

    await attempt(redriven(1));

    expect(entry()).toMatchObject({ state: "parked", redrive: 1 });
    expect(await bodies.get(parkedKey)).toBeDefined();
    expect(readEnvelope(entry()?.message ?? "")).toMatchObject({ body: { stored: parkedKey } });
  });

  test.each([
    { end: "sent", job: anEventWith({ send: async () => "1" }) },
    { end: "ignored", job: anEventDeciding({ kind: "ignore", reason: "nothing" }) },
  ])("is deleted when its redrive is $end, after the event is reported", async ({ end, job }) => {
    let isMended = false;
    const bench = await aLargeEvent(async () => (isMended ? job : parks));
    await bench.attempt();
    isMended = true;

    expect(await bench.attempt(bench.redriven(1))).toEqual({ kind: "done" });

    expect(bench.entry()).toMatchObject({ state: end });
    expect(bench.bodies.keys()).toEqual([bench.own]);
  });

  test("is not copied while the event only waits or ends at once", async () => {
    const waits = await aLargeEvent(
      anEventWith({ send: () => Promise.reject(new TransientFailure("Telegram answered 500")) }),
    );
    const through = await aLargeEvent(anEventWith({ send: async () => "1" }));

    await waits.attempt();
    await through.attempt();

    expect([waits.bodies.keys(), through.bodies.keys()]).toEqual([[waits.own], [through.own]]);
  });

  test("does not stop the parking when it no longer exists", async () => {
    const { attempt, entry, bodies, own } = await aLargeEvent(parks);
    await bodies.remove(own);

    await attempt();

    expect(readEnvelope(entry()?.message ?? "")).toMatchObject({ body: { stored: own } });
  });

  test("that cannot be copied leaves the event to its lease, and is copied then", async () => {
    const { attempt, entry, bodies, clock, deps } = await aLargeEvent(parks);
    const refuse = async () => Promise.reject(new TransientFailure("the bucket of bodies: 503"));
    const refusing = { get: (key: string) => bodies.get(key), put: refuse, remove: refuse };
    Object.assign(deps.stores, { bodies: refusing });

    await expect(attempt()).rejects.toThrow("the bucket of bodies");
    expect(entry()).toMatchObject({ state: "sending" });

    Object.assign(deps.stores, { bodies });
    clock.advance(leaseMillis + 1);
    await attempt();
    expect(entry()).toMatchObject({ state: "parked" });
    expect(bodies.keys()).toContain(parkedKey);
  });
});

describe("a copy of a finished event", () => {
  const gone = () => Promise.reject(new PermanentFailure("not-understood", "its body is gone"));

  test("ends although its body was deleted at the event's end", async () => {
    let isOver = false;
    const bench = aDeliveryBench(async () =>
      isOver ? gone() : anEventWith({ send: async () => "1" }),
    );
    await bench.attempt();
    isOver = true;

    expect(await bench.attempt()).toEqual({ kind: "done" });
    expect(bench.reports).toHaveLength(1);
  });

  test("waits while the bucket does not answer, because its end may not be reported yet", async () => {
    let isOver = false;
    const down = () => Promise.reject(new TransientFailure("the bucket of bodies: 503"));
    const bench = aDeliveryBench(async () =>
      isOver ? down() : anEventWith({ send: async () => "1" }),
    );
    await bench.attempt();
    isOver = true;

    await expect(bench.attempt()).rejects.toThrow("the bucket of bodies");
  });
});

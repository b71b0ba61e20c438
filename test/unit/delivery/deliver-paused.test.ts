import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aDeliveryBench, anEventWith } from "../../support/delivery-bench.ts";
import { aScript } from "../../support/script.ts";

/** The queue's own limit of receives. After it the message goes to the dead-letter queue without a report. */
const mostReceives = 1000;

/** An event whose vendor is paused for the given seconds at every receive. */
const aPausedBench = (seconds: number) => {
  const sending = aScript<string>("101");
  const bench = aDeliveryBench(anEventWith({ send: sending.play }));
  const untilMillis = async () => bench.clock.now() + seconds * 1000;
  bench.deps.stores.pauses = { untilMillis, record: async () => undefined };
  return { bench, sent: sending.played };
};

describe("an event while its vendor is paused", () => {
  test("waits for the end of the pause, without a claim and without a call", async () => {
    const { bench, sent } = aPausedBench(7);

    const verdict = await bench.attempt();

    expect(verdict).toEqual({ kind: "retry", afterSeconds: 7 });
    expect([sent(), bench.entry()]).toEqual([0, undefined]);
  });

  test("is not lost to the queue's limit of receives within a day of short pauses", async () => {
    const { bench } = aPausedBench(1);
    const acceptedAtMillis = bench.clock.now();

    for (let receiveCount = 1; receiveCount < mostReceives; receiveCount += 1) {
      const verdict = await bench.attempt({ receiveCount, acceptedAtMillis });
      if (verdict.kind === "done") break;
      bench.clock.advance(verdict.afterSeconds * 1000);
    }

    const ageHours = (bench.clock.now() - acceptedAtMillis) / 3_600_000;
    expect(ageHours).toBeGreaterThanOrEqual(24);
  });

  test("waits when three chats' limits pause the vendor, and is sent after the pause", async () => {
    const sending = aScript<string>("101");
    const bench = aDeliveryBench(anEventWith({ send: sending.play }));
    const others = createPauses(new MemoryPauseStore(), bench.clock.now);
    bench.deps.stores.pauses = others;
    for (const group of ["a", "b", "c"]) {
      const limitSign = { kind: "limit", atMillis: bench.clock.now(), group } as const;
      await others.record("to-telegram", limitSign, 30_000);
    }

    const held = await bench.attempt();
    bench.clock.advance(30_000);
    const after = await bench.attempt();

    expect([held, after]).toEqual([{ kind: "retry", afterSeconds: 30 }, { kind: "done" }]);
  });
});

describe("a sign of a rate limit", () => {
  const signsOf = async (failure: TransientFailure) => {
    const signs: unknown[] = [];
    const send = aScript<string>(failure).play;
    const bench = aDeliveryBench(anEventWith({ send }));
    const limitSign = async (...given: unknown[]) => void signs.push(given);
    bench.deps.stores.pauses = { untilMillis: async () => 0, record: limitSign };
    await bench.attempt({ group: "tg-700-42" });
    return signs;
  };

  test("is a vendor's rate limit, with the vendor's wait and the chat", async () => {
    const limit = new TransientFailure("429", { isLimit: true, retryAfterSeconds: 9 });

    expect(await signsOf(limit)).toMatchObject([
      ["to-telegram", { kind: "limit", group: "tg-700-42" }, 9000],
    ]);
  });

  test("is a call without an answer", async () => {
    const noAnswer = new TransientFailure("no answer: timeout", { ambiguous: true });

    expect(await signsOf(noAnswer)).toMatchObject([["to-telegram", { kind: "timeout" }, 0]]);
  });

  test.each([
    new TransientFailure("Telegram answered 503", { retryAfterSeconds: 9 }),
    new TransientFailure("the chat is to be left alone", { retryAfterSeconds: 9 }),
    new TransientFailure("Telegram answered 401", { needsPerson: true }),
  ])("is no other failure (%#)", async (failure) => {
    expect(await signsOf(failure)).toEqual([]);
  });
});

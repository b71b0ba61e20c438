import { sentTexts } from "../../support/events.ts";
import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { LeaseLost } from "../../../lambdas/model/stores.ts";
import { aDeliveryBench, anEventWith, leaseMillis } from "../../support/delivery-bench.ts";
import { aScript } from "../../support/script.ts";
import type { Step } from "../../support/script.ts";

const noAnswer = () => new TransientFailure("no answer: timeout", { ambiguous: true });

/** A part for a vendor without an idempotency key. */
const aPart = (
  sends: readonly [Step<string>, ...Step<string>[]],
  touches: Step<undefined>[] = [],
) => {
  const sending = aScript(...sends);
  const touching = aScript<undefined>(...([...touches, undefined] as [Step<undefined>]));
  return {
    send: sending.play,
    beforeRepeat: touching.play,
    sent: sending.played,
    touched: touching.played,
  };
};

const attemptsOf = async (bench: ReturnType<typeof aDeliveryBench>, count: number) => {
  for (let attempt = 0; attempt < count; attempt += 1) {
    await bench.attempt();
    bench.clock.advance(600_000);
  }
};

describe("an unknown outcome", () => {
  test("leads to a harmless call and one repeat", async () => {
    const part = aPart([noAnswer(), "1"]);
    const bench = aDeliveryBench(anEventWith(part));

    await attemptsOf(bench, 2);

    expect([part.sent(), part.touched()]).toEqual([2, 1]);
    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("1") });
    expect(bench.logger.facts()).toContain("AmbiguousStepRepeated");
  });

  test("parks the event when it occurs twice for the same part, and the status is reported", async () => {
    const part = aPart([noAnswer()]);
    const bench = aDeliveryBench(anEventWith(part));

    await attemptsOf(bench, 2);

    expect(part.sent()).toBe(2);
    expect(bench.entry()).toMatchObject({ state: "parked", reason: "outcome-unknown" });
    expect(bench.reports[0]).toMatchObject({ entry: { reason: "outcome-unknown" } });
  });

  test("of one part does not count for the next", async () => {
    const [first, second] = [aPart([noAnswer(), "1"]), aPart([noAnswer(), "2"])];
    const bench = aDeliveryBench(anEventWith(first, second));

    await attemptsOf(bench, 3);

    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("1", "2") });
  });

  test("stays when the harmless call gets no answer, and nothing is sent", async () => {
    const part = aPart([noAnswer(), "1"], [noAnswer(), noAnswer(), noAnswer()]);
    const bench = aDeliveryBench(anEventWith(part));

    await attemptsOf(bench, 4);
    const before = part.sent();
    await attemptsOf(bench, 1);

    expect([before, part.sent(), part.touched()]).toEqual([1, 2, 4]);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("does not count twice when the repeat gets a transient refusal", async () => {
    const wait = new TransientFailure("429", { retryAfterSeconds: 5 });
    const part = aPart([noAnswer(), wait, "1"]);
    const bench = aDeliveryBench(anEventWith(part));

    await attemptsOf(bench, 3);

    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("1") });
  });

  test("ends the event when the harmless call gets a permanent refusal", async () => {
    const part = aPart([noAnswer()], [new PermanentFailure("blocked")]);
    const bench = aDeliveryBench(anEventWith(part));

    await attemptsOf(bench, 2);

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "blocked" });
  });

  test("of an amoCRM call leads to any number of repeats", async () => {
    const script = aScript<string>(noAnswer(), noAnswer(), noAnswer(), "amojo-1");
    const bench = aDeliveryBench(anEventWith({ send: script.play }));

    for (let attempt = 0; attempt < 4; attempt += 1) {
      await bench.attempt({ direction: "to-amocrm" });
      bench.clock.advance(600_000);
    }

    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("amojo-1") });
  });

  test("parks the event as unknown, not as undelivered, after a day", async () => {
    const part = aPart([noAnswer()]);
    const bench = aDeliveryBench(anEventWith(part));
    bench.clock.advance(86_400_001);

    await bench.attempt();

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "outcome-unknown" });
  });
});

describe("an optional part", () => {
  test.each([
    { name: "a permanent refusal", error: new PermanentFailure("blocked") },
    { name: "a transient refusal", error: new TransientFailure("429", { retryAfterSeconds: 60 }) },
    { name: "no answer", error: noAnswer() },
    { name: "an unforeseen error", error: new TypeError("oops") },
  ])("is skipped after $name", async ({ error }) => {
    const optional = { ...aPart([error]), skip: "any-failure" as const };
    const bench = aDeliveryBench(anEventWith(aPart(["1"]), optional, aPart(["3"])));

    const verdict = await bench.attempt();

    expect(verdict).toEqual({ kind: "done" });
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [...sentTexts("1"), { step: "send-text", outcome: "skipped" }, ...sentTexts("3")],
    });
    expect(bench.logger.facts()).toContain("OptionalStepSkipped");
  });
});

describe("a lost lease", () => {
  test("ends the attempt without a record: the new holder of the lease decides", async () => {
    const bench = aDeliveryBench(
      anEventWith({
        send: async () => {
          bench.clock.advance(leaseMillis);
          const nowMillis = bench.clock.now();
          await bench.ledger.claim({
            id: "tg:700:1",
            owner: "thief",
            direction: "to-telegram",
            nowMillis,
            leaseUntilMillis: nowMillis + leaseMillis,
          });
          return "1";
        },
      }),
    );

    await expect(bench.attempt()).rejects.toThrow(LeaseLost);

    expect(bench.entry()).toMatchObject({ state: "sending", steps: [], ambiguous: 1 });
    expect(bench.reports).toEqual([]);
  });
});

describe("a failure before the first part", () => {
  test("is retried while the event cannot be decided yet", async () => {
    const bench = aDeliveryBench(async () => {
      throw new TransientFailure("the secret store did not answer", { needsPerson: true });
    });

    const verdict = await bench.attempt();

    expect(verdict.kind).toBe("retry");
    expect(bench.entry()).toMatchObject({ state: "waiting", attempts: 1, ambiguous: 0 });
  });

  test("of the report leaves the end in the ledger, and the next attempt reports it", async () => {
    const tellError = new Error("the queue refuses too");
    const bench = aDeliveryBench(anEventWith(aPart(["1"])), { tellError });

    await expect(bench.attempt()).rejects.toThrow(tellError);

    expect(bench.entry()).toMatchObject({ state: "sent" });
  });
});

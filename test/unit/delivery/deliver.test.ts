import { sentTexts } from "../../support/events.ts";
import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import {
  aDeliveryBench,
  anEventDeciding,
  anEventWith,
  leaseMillis,
} from "../../support/delivery-bench.ts";
import { aScript } from "../../support/script.ts";

const part = (...steps: Parameters<typeof aScript<string>>) => {
  const script = aScript<string>(...steps);
  return { send: script.play, sent: script.played };
};
const serverError = () => new TransientFailure("Telegram answered 500");

describe("delivering an event", () => {
  test("sends a single part, records it and reports it", async () => {
    const only = part("101");
    const bench = aDeliveryBench(anEventWith(only));

    const verdict = await bench.attempt();

    expect(verdict).toEqual({ kind: "done" });
    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("101") });
    expect(bench.reports).toMatchObject([{ id: "amojo-message", entry: { state: "sent" } }]);
  });

  test("sends parts in order, each with the ids of the parts before", async () => {
    const earlier: LedgerEntry["steps"][] = [];
    const send = (id: string) => ({
      send: async ({ steps }: LedgerEntry) => (earlier.push(steps), id),
    });
    const bench = aDeliveryBench(anEventWith(send("1"), send("2"), send("3")));

    await bench.attempt();

    expect(earlier).toEqual([[], sentTexts("1"), sentTexts("1", "2")]);
    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("1", "2", "3") });
  });

  test("continues at the failed part", async () => {
    const [first, second] = [part("1"), part(serverError(), "2")];
    const bench = aDeliveryBench(anEventWith(first, second));

    const verdict = await bench.attempt();
    bench.clock.advance(1000);
    const next = await bench.attempt();

    expect([verdict, next]).toEqual([{ kind: "retry", afterSeconds: 1 }, { kind: "done" }]);
    expect([first.sent(), second.sent()]).toEqual([1, 2]);
    expect(bench.entry()).toMatchObject({ state: "sent", steps: sentTexts("1", "2"), attempts: 1 });
  });

  test("sends nothing before the end of a vendor's wait", async () => {
    const only = part(new TransientFailure("429", { retryAfterSeconds: 30 }), "1");
    const bench = aDeliveryBench(anEventWith(only));

    await bench.attempt();
    bench.clock.advance(29_000);
    const early = await bench.attempt();
    bench.clock.advance(1_000);
    await bench.attempt();

    expect(early).toEqual({ kind: "retry", afterSeconds: 1 });
    expect(only.sent()).toBe(2);
    expect(bench.entry()).toMatchObject({ state: "sent", attempts: 0 });
  });

  test("waits for the lease of another attempt to end", async () => {
    const bench = aDeliveryBench(anEventWith(part("1")));
    const nowMillis = bench.clock.now();
    const claim = { id: "tg:700:1", owner: "other", direction: "to-telegram", nowMillis } as const;
    await bench.ledger.claim({ ...claim, leaseUntilMillis: nowMillis + leaseMillis });

    expect(await bench.attempt()).toEqual({ kind: "retry", afterSeconds: 65 });
  });

  test("parks the event after a permanent refusal with the queue's message, and reports it", async () => {
    const bench = aDeliveryBench(anEventWith(part(new PermanentFailure("blocked"))));

    const verdict = await bench.attempt({ message: "as the queue held it" });

    expect(verdict).toEqual({ kind: "done" });
    expect(bench.entry()).toMatchObject({
      state: "parked",
      reason: "blocked",
      message: "as the queue held it",
    });
    expect(bench.reports).toMatchObject([{ entry: { state: "parked", reason: "blocked" } }]);
  });

  test("keeps the ids of the sent parts when a later part is refused", async () => {
    const bench = aDeliveryBench(anEventWith(part("1"), part(new PermanentFailure("blocked"))));

    await bench.attempt();

    expect(bench.entry()).toMatchObject({ state: "parked", steps: sentTexts("1") });
  });

  test.each([
    { name: "an unknown error", error: new RangeError("with a customer's words") },
    { name: "a failure of the vendor", error: serverError() },
  ])("retries after $name", async ({ error }) => {
    const bench = aDeliveryBench(anEventWith(part(error, "1")));

    const verdict = await bench.attempt();

    expect(verdict.kind).toBe("retry");
    expect(bench.entry()).toMatchObject({ state: "waiting", attempts: 1 });
    expect(bench.logger.text()).not.toContain("words");
  });

  test("parks the event when a failure persists for all the allowed attempts", async () => {
    const trouble = new TransientFailure("Telegram answered 400", { mostAttempts: 2 });
    const bench = aDeliveryBench(anEventWith(part(trouble)));

    for (let attempt = 0; attempt < 3; attempt += 1) {
      await bench.attempt();
      bench.clock.advance(600_000);
    }

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "refused-by-telegram" });
    expect(bench.logger.facts().filter((fact) => fact === "DeliveryDeferred")).toHaveLength(2);
  });

  test("logs a failure that needs a person as an error", async () => {
    const refused = new TransientFailure("Telegram answered 401", { needsPerson: true });
    const bench = aDeliveryBench(anEventWith(part(refused)));

    await bench.attempt();

    expect(bench.logger.lines).toMatchObject([{ level: "error", fact: "DeliveryDeferred" }]);
  });

  test("gives up after a day, and the operator gets the status", async () => {
    const bench = aDeliveryBench(anEventWith(part(serverError())));
    bench.clock.advance(86_400_001);

    const verdict = await bench.attempt();

    expect(verdict).toEqual({ kind: "done" });
    expect(bench.reports).toMatchObject([{ entry: { state: "parked", reason: "gave-up" } }]);
  });

  test("makes one attempt for an event of yesterday", async () => {
    const bench = aDeliveryBench(anEventWith(part("1")));
    bench.clock.advance(3 * 86_400_000);

    await bench.attempt();

    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("starts no part when less than a call's timeout is left", async () => {
    const only = part("1");
    const bench = aDeliveryBench(anEventWith(only));

    const verdict = await bench.attempt({ deadlineMillis: bench.clock.now() + 11_999 });
    const next = await bench.attempt();

    expect(verdict).toEqual({ kind: "retry", afterSeconds: 0 });
    expect(next).toEqual({ kind: "done" });
    expect(only.sent()).toBe(1);
  });
});

describe("an event without work", () => {
  test("is finished as ignored, logged and not reported", async () => {
    const decision = { kind: "ignore", reason: "typing" } as const;
    const bench = aDeliveryBench(anEventDeciding(decision));

    await bench.attempt();

    expect(bench.entry()).toMatchObject({ state: "ignored" });
    expect(bench.logger.lines).toMatchObject([
      { fact: "EventIgnored", fields: { reason: "typing", eventId: "tg:700:1" } },
    ]);
    expect(bench.reports).toEqual([]);
  });

  test("is parked when it cannot be read", async () => {
    const decision = { kind: "park", reason: "not-understood", detail: "unidentified" } as const;
    const bench = aDeliveryBench({ decide: async () => decision });

    const verdict = await bench.attempt({ message: "{}" });

    expect(verdict).toEqual({ kind: "done" });
    expect(bench.entry()).toMatchObject({ state: "parked", message: "{}" });
    expect(bench.reports).toEqual([]);
  });
});

describe("an event that cannot be decided", () => {
  const undecided = () => Promise.reject(new TransientFailure("the chat is to be left alone"));

  test("waits, and the operator gets the status when it is given up", async () => {
    const bench = aDeliveryBench({ reportTo: "amojo-message", decide: undecided });

    const verdict = await bench.attempt();
    bench.clock.advance(25 * 3_600_000);
    await bench.attempt();

    expect(verdict).toMatchObject({ kind: "retry" });
    expect(bench.reports).toMatchObject([{ entry: { state: "parked", reason: "gave-up" } }]);
  });

  test("is not decided again once it is finished", async () => {
    const decision = { kind: "park", reason: "blocked", detail: "blocked" } as const;
    let asked = 0;
    const bench = aDeliveryBench({
      reportTo: "amojo-message",
      async decide() {
        asked += 1;
        return decision;
      },
    });

    await bench.attempt();
    await bench.attempt();

    expect([asked, bench.reports.length]).toEqual([1, 2]);
  });
});

describe("a finished event", () => {
  test("is not sent again but reported again", async () => {
    const only = part("1");
    const bench = aDeliveryBench(anEventWith(only));

    await bench.attempt();
    const verdict = await bench.attempt();

    expect(verdict).toEqual({ kind: "done" });
    expect(only.sent()).toBe(1);
    expect(bench.reports).toHaveLength(2);
  });

  test("has its parking reported again", async () => {
    const bench = aDeliveryBench(anEventWith(part(new PermanentFailure("blocked"))));

    await bench.attempt();
    await bench.attempt();

    expect(bench.reports[1]).toMatchObject({ entry: { state: "parked", reason: "blocked" } });
  });
});

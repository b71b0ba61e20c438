import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aDeliveryBench, anEventWith } from "../../support/delivery-bench.ts";

const failing = (error: Error) => async () => {
  throw error;
};
const unavailable = new TransientFailure("amoCRM answered 503", {
  source: { vendor: "amocrm", kind: "server-error", status: 503 },
});

describe("the last failed attempt of a direction", () => {
  test.each([
    {
      what: "a vendor's failure, with its kind",
      error: unavailable,
      noted: { reason: "amoCRM answered 503", kind: "server-error" },
    },
    {
      what: "an unknown error, without its words",
      error: new TypeError("quotes a text"),
      noted: { reason: "TypeError" },
    },
  ])("is $what", async ({ error, noted }) => {
    const bench = aDeliveryBench(anEventWith({ send: failing(error) }));

    await bench.attempt();

    expect(Object.fromEntries(bench.failedAttempts.last)).toEqual({
      "to-telegram": { eventId: "tg:700:1", atMillis: bench.clock.now(), ...noted },
    });
  });

  test.each([
    { how: "sent", send: async () => "1" },
    { how: "parked, which bridge parked lists", send: failing(new PermanentFailure("blocked")) },
  ])("is not an attempt whose event is $how", async ({ send }) => {
    const bench = aDeliveryBench(anEventWith({ send }));

    await bench.attempt();

    expect(bench.failedAttempts.last.size).toBe(0);
  });

  test("cannot be noted: the event is retried all the same", async () => {
    const bench = aDeliveryBench(anEventWith({ send: failing(unavailable) }));
    bench.failedAttempts.note = failing(new TransientFailure("no answer"));

    expect(await bench.attempt()).toEqual({ kind: "retry", afterSeconds: 1 });
    expect(bench.entry()).toMatchObject({ state: "waiting", reason: "amoCRM answered 503" });
    expect(bench.logger.lines).toContainEqual(
      expect.objectContaining({ fact: "FailedAttemptNotNoted" }),
    );
  });
});

import { setImmediate as nextTick } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import type { Attempt } from "../../../lambdas/delivery/attempt.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { anEnvelope } from "../../support/events.ts";
import { aContext, anSqsEvent } from "../../support/lambda-events.ts";
import { aSender, noop } from "../../support/sender-handler.ts";

const failed = { batchItemFailures: [{ itemIdentifier: "sqs-1" }] };
const through = { batchItemFailures: [] };
const message = JSON.stringify(anEnvelope());

describe("the sender", () => {
  test("makes one attempt for each message of the queue", async () => {
    const { run, attempts } = aSender();

    const answer = await run(anSqsEvent(message, { receiveCount: 7 }), aContext("request-9"));

    expect(answer).toEqual(through);
    expect(attempts).toEqual([
      {
        id: "tg:700:1",
        group: "tg-700-42",
        direction: "to-telegram",
        envelope: anEnvelope(),
        message,
        owner: "request-9",
        receiveCount: 7,
        acceptedAtMillis: 1_700_000_000_000,
        deadlineMillis: 1_700_000_060_000,
      },
    ]);
  });

  test.each([
    { queue: "bridge-to-amocrm.fifo", direction: "to-amocrm" },
    { queue: "bridge-to-telegram.fifo", direction: "to-telegram" },
  ])(
    "recognises by the queue $queue that an event goes $direction",
    async ({ queue, direction }) => {
      const { run, attempts } = aSender();

      await run(anSqsEvent(message, { queue }));

      expect(attempts).toMatchObject([{ direction }]);
    },
  );

  test("reports an event that is to be retried as failed, and sets its wait on the queue", async () => {
    const { run, waits } = aSender(async () => {
      throw new TransientFailure("429", { retryAfterSeconds: 33 });
    });

    const answer = await run(anSqsEvent(message));

    expect(answer).toEqual(failed);
    expect(waits).toEqual([["to-telegram", "receipt-1", 33]]);
  });

  test("releases its slot only when the pace allows it", async () => {
    const ended = Promise.withResolvers<undefined>();
    const { run } = aSender(undefined, {
      end: (waitedMillis) => (waitedMillis === 1000 ? ended.promise : Promise.resolve()),
    });

    const answer = run(anSqsEvent(message, { SentTimestamp: "1699999999000" }));

    expect(await Promise.race([answer, nextTick("held")])).toBe("held");
    ended.resolve(undefined);
    expect(await answer).toEqual(through);
  });

  test("uses the event's ledger key for a redriven event, not the queue's", async () => {
    const { run, attempts } = aSender();

    await run(anSqsEvent(message, { MessageDeduplicationId: "tg:700:1#r1" }));

    expect(attempts).toMatchObject([{ id: "tg:700:1" }]);
  });

  test.each([
    { name: "an envelope of another version", body: JSON.stringify({ ...anEnvelope(), v: 3 }) },
    {
      name: "an envelope with an unknown field",
      body: JSON.stringify({ ...anEnvelope(), more: 1 }),
    },
    { name: "a body that is not JSON", body: "<html>" },
  ])("uses the queue's id and message for $name", async ({ body }) => {
    const { run, attempts } = aSender();

    await run(anSqsEvent(body, { MessageDeduplicationId: "tg:700:9" }));

    expect(attempts).toMatchObject([{ id: "tg:700:9", envelope: undefined, message: body }]);
  });
});

describe("an attempt that fails outside of its job", () => {
  test("is left to the queue's visibility timeout when the ledger is down", async () => {
    class LostLedger extends MemoryDeliveryLedger {
      override claim(): Promise<never> {
        return Promise.reject(Object.assign(new Error("with words"), { name: "Throttled" }));
      }
    }
    const { run, waits, logger } = aSender(undefined, { ledger: new LostLedger() });

    const answer = await run(anSqsEvent(message));

    expect([answer, waits]).toEqual([failed, []]);
    expect(logger.lines).toEqual([
      {
        level: "error",
        fact: "AttemptFailed",
        fields: expect.objectContaining({ eventId: "tg:700:1", reason: "Throttled" }),
      },
    ]);
  });

  test("is retried also when its wait cannot be set on the queue", async () => {
    const route = async () => {
      throw new TransientFailure("429", { retryAfterSeconds: 33 });
    };
    const { run } = aSender(route, { redelivery: () => Promise.reject(new Error("gone")) });

    expect(await run(anSqsEvent(message))).toEqual(failed);
  });

  test("does not block the other messages of a batch", async () => {
    const route = async (attempt: Attempt) => {
      if (attempt.id === "tg:700:1") throw new TransientFailure("500");
      return noop;
    };
    const { run, ledger } = aSender(route);
    const other = anSqsEvent(JSON.stringify(anEnvelope({ id: "tg:700:2" })));
    const Records = [...anSqsEvent(message).Records, ...other.Records];

    const answer = await run({ Records });

    expect(answer).toEqual(failed);
    expect(ledger.entry("tg:700:2")).toMatchObject({ state: "ignored" });
  });
});

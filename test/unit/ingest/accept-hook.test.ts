import { describe, expect, test } from "@jest/globals";
import { acceptHook } from "../../../lambdas/ingest/accept.ts";
import { aClock } from "../../support/clock.ts";
import { anEnvelope } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const timeoutMillis = 4000;

/** A queue whose every refusal, and a spool whose every answer, takes its time. */
const accept = async ({
  refusals = 0,
  spoolRefusals = 0,
  putMillis = 0,
  spentMillis = 0,
}: {
  refusals?: number;
  spoolRefusals?: number;
  putMillis?: number;
  spentMillis?: number;
} = {}) => {
  const clock = aClock();
  const queue = aFakeQueue({ refusals, onPut: () => clock.advance(putMillis) });
  const spool = aFakeQueue({ refusals: spoolRefusals });
  const logger = aRecordingLogger();
  const deadlineMillis = clock.now() + timeoutMillis;
  clock.advance(spentMillis);
  const deps = { queue, spool, now: clock.now, logger };
  const [result] = await Promise.allSettled([acceptHook(anEnvelope(), deadlineMillis, deps)]);
  return { result, queue, spool, logger };
};

describe("accepting a hook that is sent only once", () => {
  test("enqueues it at once", async () => {
    const { result, queue, spool } = await accept();

    expect(result).toMatchObject({ value: "queued" });
    expect([queue.envelopes.length, spool.envelopes.length]).toEqual([1, 0]);
  });

  test.each([1, 2])("tries a queue that refuses %i times again", async (refusals) => {
    const { result, queue, spool } = await accept({ refusals });

    expect(result).toMatchObject({ value: "queued" });
    expect(queue.timeouts).toHaveLength(refusals + 1);
    expect(spool.timeouts).toEqual([]);
  });

  test("spools it after two retries, and the log has an alarm for a person", async () => {
    const { result, queue, spool, logger } = await accept({ refusals: 9 });

    expect(result).toMatchObject({ value: "spooled" });
    expect(queue.timeouts).toEqual([800, 800, 800]);
    expect(spool.envelopes).toEqual([anEnvelope()]);
    expect(logger.lines.at(-1)).toMatchObject({
      level: "error",
      fact: "HookSpooled",
      fields: { eventId: "tg:700:1" },
    });
  });

  test("only logs an error when the spool refuses it, too", async () => {
    const { result } = await accept({ refusals: 9, spoolRefusals: 1 });

    expect(result?.status).toBe("rejected");
  });

  test("has time for three sends and the spool after a secret read of a second", async () => {
    const { queue, spool } = await accept({ refusals: 9, spentMillis: 600, putMillis: 800 });

    expect(queue.timeouts).toEqual([800, 800, 800]);
    expect(spool.timeouts).toEqual([1000]);
  });

  test("never spends the spool's second on the queue", async () => {
    const { queue, spool } = await accept({ refusals: 9, spentMillis: 2500, putMillis: 500 });

    expect(queue.timeouts).toEqual([500]);
    expect(spool.timeouts).toEqual([1000]);
  });

  test("still tries the spool after the deadline", async () => {
    const { result, queue, spool } = await accept({ spentMillis: 9000 });

    expect(result).toMatchObject({ value: "spooled" });
    expect(queue.timeouts).toEqual([]);
    expect(spool.timeouts).toEqual([1]);
  });
});

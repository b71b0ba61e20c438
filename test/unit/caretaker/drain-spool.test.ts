import { describe, expect, test } from "@jest/globals";
import { drainSpool } from "../../../lambdas/caretaker/rounds.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import { anEnvelope } from "../../support/events.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** A spool and a queue that record their calls in one order. */
const drain = async ({ ids = ["a", "b", "c"], refuses = "", removes = true } = {}) => {
  const log: string[] = [];
  const put: Envelope[] = [];
  const waiting = ids.map((id) => anEnvelope({ id, source: "amocrm", verified: id !== "b" }));
  const logger = aRecordingLogger();
  const spool = {
    oldest: async (limit: number) => waiting.slice(0, limit),
    remove: async (id: string) => {
      if (!removes) throw new Error("the table does not answer");
      log.push(`remove ${id}`);
    },
  };
  const queue = {
    put: async (envelope: Envelope) => {
      if (envelope.id === refuses) throw new Error("the queue refuses");
      log.push(`put ${envelope.id}`);
      put.push(envelope);
    },
  };
  const [result] = await Promise.allSettled([drainSpool({ spool, queue, logger })]);
  return { result, log, put, logger };
};

describe("draining the spool", () => {
  test("puts the spooled hooks into the queue, oldest first, and removes each after it was accepted", async () => {
    const { result, log } = await drain();

    expect(result).toMatchObject({ value: 3 });
    expect(log).toEqual(["put a", "remove a", "put b", "remove b", "put c", "remove c"]);
  });

  test("marks them as late, and leaves unverified ones to the sender", async () => {
    const { put } = await drain();

    expect(put).toMatchObject([
      { id: "a", late: "spooled", verified: true },
      { id: "b", late: "spooled", verified: false },
      { id: "c", late: "spooled", verified: true },
    ]);
  });

  test("stops at the first refusal, so that the order stays", async () => {
    const { result, log } = await drain({ refuses: "b" });

    expect(result).toMatchObject({ status: "rejected" });
    expect(log).toEqual(["put a", "remove a"]);
  });

  test("repeats at most the one it stopped at when it cannot remove it", async () => {
    const { result, log } = await drain({ removes: false });

    expect(result).toMatchObject({ status: "rejected" });
    expect(log).toEqual(["put a"]);
  });

  test("takes a hundred at once and leaves the rest to the next minute", async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `m${index}`);

    const { result, put } = await drain({ ids });

    expect(result).toMatchObject({ value: 100 });
    expect(put.at(-1)).toMatchObject({ id: "m99" });
  });

  test.each([
    { ids: [], facts: [] },
    { ids: ["a"], facts: ["SpoolWaiting", "SpoolDrained"] },
  ])("logs how many there were, if any: $ids", async ({ ids, facts }) => {
    const { logger } = await drain({ ids });

    expect(logger.facts()).toEqual(facts);
  });

  test("logs how many are spooled when the queue refuses one", async () => {
    const { logger } = await drain({ ids: ["a", "b"], refuses: "a" });

    expect(logger.lines).toEqual([{ level: "warn", fact: "SpoolWaiting", fields: { waiting: 2 } }]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { findUnanswered, waitsARound } from "../../../lambdas/waiting/find-unanswered.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { MemoryWaits } from "../../support/memory/stores.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const nowMillis = 1_700_000_000_000;
const aWait = (number: number) => ({ conversationId: `tg-700-${number}`, sinceMillis: number });

const aRound = async (waits: MemoryWaits, toAmocrm = aFakeQueue()) => {
  const logger = aRecordingLogger();
  const asked = await findUnanswered({ waits, toAmocrm, now: () => nowMillis, logger });
  return { asked, queue: toAmocrm, logger };
};

describe("the caretaker's round for customers whom nobody has answered", () => {
  test("requests the work for each due wait in a queue group of its own, once", async () => {
    const waits = new MemoryWaits();
    await waits.put(aWait(1), nowMillis);
    await waits.put(aWait(2), nowMillis + 1);

    const first = await aRound(waits);
    const second = await aRound(waits);

    expect([first.asked, second.asked]).toEqual([1, 0]);
    expect(first.queue.envelopes).toMatchObject([
      { id: "unanswered:tg-700-1:1", group: "wait:tg-700-1", source: "bridge" },
    ]);
  });

  test("takes a bounded number, the longest due first; the next round takes the next ones", async () => {
    const waits = new MemoryWaits();
    for (let number = 1; number <= waitsARound + 2; number += 1) {
      await waits.put(aWait(number), nowMillis - number);
    }

    const first = await aRound(waits);
    const second = await aRound(waits);

    expect(first.asked).toBe(waitsARound);
    expect(second.queue.envelopes.map(({ group }) => group)).toEqual([
      "wait:tg-700-2",
      "wait:tg-700-1",
    ]);
  });

  test("keeps a wait on the list when the queue does not take its request", async () => {
    const waits = new MemoryWaits();
    await waits.put(aWait(1), nowMillis);
    const refusing = { ...aFakeQueue(), put: () => Promise.reject(new Error("no queue")) };

    await expect(aRound(waits, refusing)).rejects.toThrow("no queue");

    expect((await aRound(waits)).asked).toBe(1);
  });
});

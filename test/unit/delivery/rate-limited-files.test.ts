import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { rateLimitedFiles, createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";

const limited = () => new TransientFailure("429", { isLimit: true, retryAfterSeconds: 30 });

const aTelegram = (...opens: Parameters<typeof fakeFiles>) => {
  const clock = aClock();
  const pauses = createPauses(new MemoryPauseStore(), clock.now);
  const files = fakeFiles(...opens);
  return { clock, files, pauses, patient: rateLimitedFiles(files, { pauses, now: clock.now }) };
};

describe("customers' files", () => {
  test("are not downloaded during Telegram's wait, for any customer", async () => {
    const { clock, files, patient } = aTelegram(limited(), aFile("bytes"));
    await expect(patient.open("a")).rejects.toMatchObject({ retryAfterSeconds: 30 });

    await expect(patient.open("b")).rejects.toMatchObject({ retryAfterSeconds: 30 });
    await expect(patient.profilePhoto("42")).rejects.toMatchObject({ retryAfterSeconds: 30 });
    clock.advance(30_000);
    await patient.open("b");

    expect(files.opened).toEqual(["a", "b"]);
  });

  test("wait during a pause of the whole bot", async () => {
    const { clock, files, patient, pauses } = aTelegram(aFile("bytes"));
    for (const group of ["1", "2", "3"]) {
      await pauses.record("to-telegram", { kind: "limit", atMillis: clock.now(), group }, 30_000);
    }

    await expect(patient.open("a")).rejects.toMatchObject({ retryAfterSeconds: 30 });

    expect(files.opened).toEqual([]);
  });

  test("have a rate limit of their own that limits neither direction", async () => {
    const { clock, patient, pauses } = aTelegram(limited());

    await expect(patient.open("a")).rejects.toMatchObject({ isLimit: false });

    const directions = ["to-amocrm", "to-telegram"] as const;
    const until = await Promise.all(directions.map((name) => pauses.untilMillis(name)));
    expect(Math.max(...until)).toBeLessThanOrEqual(clock.now());
  });
});

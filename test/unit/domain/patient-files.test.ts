import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../../lambdas/adapters/memory/memory-pause-store.ts";
import { patientFiles } from "../../../lambdas/domain/patient-files.ts";
import { createPauses } from "../../../lambdas/domain/pauses.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";

const limited = () => new TransientFailure("429", { isLimit: true, retryAfterSeconds: 30 });

describe("customers' files", () => {
  test("are not fetched while Telegram wants the bot left alone", async () => {
    const { now } = aClock();
    const pauses = createPauses(new MemoryPauseStore(), now);
    const files = fakeFiles(limited(), limited(), limited(), aFile("bytes"));
    const patient = patientFiles(files, { pauses, now });
    for (const name of ["a", "b", "c"]) await patient.open(name).catch(() => undefined);

    await expect(patient.open("d")).rejects.toMatchObject({ retryAfterSeconds: 30 });
    await expect(patient.profilePhoto("42")).rejects.toMatchObject({ retryAfterSeconds: 30 });

    expect(files.opened).toEqual(["a", "b", "c"]);
  });

  test("meet a limit that is Telegram's, and pauses nothing towards amoCRM", async () => {
    const { now } = aClock();
    const pauses = createPauses(new MemoryPauseStore(), now);
    const patient = patientFiles(fakeFiles(limited()), { pauses, now });

    await expect(patient.open("a")).rejects.toMatchObject({
      retryAfterSeconds: 30,
      isLimit: false,
    });
  });
});

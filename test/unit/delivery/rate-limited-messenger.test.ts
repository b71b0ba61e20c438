import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { rateLimitedMessenger, createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { aClock } from "../../support/clock.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

describe("a bot that Telegram has limited as a whole", () => {
  test("makes no call during the pause, not even a greeting from the other queue", async () => {
    const clock = aClock();
    const pauses = createPauses(new MemoryPauseStore(), clock.now);
    const inner = aFakeMessenger({ sends: ["101"] });
    const messenger = rateLimitedMessenger(inner, { pauses, now: clock.now });
    for (const group of ["a", "b", "c"]) {
      const limitSign = { kind: "limit", atMillis: clock.now(), group } as const;
      await pauses.record("to-telegram", limitSign, 30_000);
    }

    const early = messenger.sendText("42", "hello");

    await expect(early).rejects.toMatchObject({ retryAfterSeconds: 30, isLimit: false });
    expect(inner.sent).toEqual([]);
    clock.advance(30_000);
    expect(await messenger.sendText("42", "hello")).toBe("101");
  });
});

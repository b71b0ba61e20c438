import { describe, expect, test } from "@jest/globals";
import { MemoryPauseStore } from "../../support/memory/stores.ts";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { aClock } from "../../support/clock.ts";

const wait = 60_000;
const aStore = () => {
  let loads = 0;
  class CountingStore extends MemoryPauseStore {
    override load(...name: Parameters<MemoryPauseStore["load"]>) {
      loads += 1;
      return super.load(...name);
    }
  }
  return { store: new CountingStore(), loads: () => loads };
};
const limitAt = (clock: ReturnType<typeof aClock>, group: string) =>
  ({ kind: "limit", atMillis: clock.now(), group }) as const;

describe("pauses that all sandboxes share", () => {
  test("start when three sandboxes count strikes at the same time", async () => {
    const clock = aClock();
    const store = new MemoryPauseStore();
    const sandboxes = ["a", "b", "c"].map((group) => ({
      group,
      pauses: createPauses(store, clock.now),
    }));

    await Promise.all(
      sandboxes.map(({ group, pauses }) =>
        pauses.record("to-telegram", limitAt(clock, group), wait),
      ),
    );

    const { pause } = await store.load("to-telegram");
    expect(pause.untilMillis).toBe(clock.now() + wait);
  });

  test("are known a second later to a sandbox that has just read them", async () => {
    const clock = aClock();
    const store = new MemoryPauseStore();
    const [one, other] = [createPauses(store, clock.now), createPauses(store, clock.now)];
    await other.untilMillis("main-api");

    await one.record("main-api", limitAt(clock, "a"), wait);
    const untilMillis = clock.now() + wait;
    const early = await other.untilMillis("main-api");
    clock.advance(1000);

    expect([early, await other.untilMillis("main-api")]).toEqual([0, untilMillis]);
    expect(await one.untilMillis("main-api")).toBe(untilMillis);
  });

  test("are read once a second at most", async () => {
    const clock = aClock();
    const { store, loads } = aStore();
    const pauses = createPauses(store, clock.now);

    for (let read = 0; read < 10; read += 1) await pauses.untilMillis("to-telegram");
    clock.advance(999);
    await pauses.untilMillis("to-telegram");

    expect(loads()).toBe(1);
  });

  test("are separate: Telegram's does not stop amoCRM, nor the main API's the chats", async () => {
    const clock = aClock();
    const pauses = createPauses(new MemoryPauseStore(), clock.now);

    for (const group of ["a", "b", "c"]) {
      await pauses.record("to-telegram", limitAt(clock, group), wait);
    }
    await pauses.record("main-api", limitAt(clock, "a"), wait);

    expect(await pauses.untilMillis("to-amocrm")).toBe(0);
  });

  test("do not cost an attempt its outcome when other writers keep changing them", async () => {
    class BusyStore extends MemoryPauseStore {
      override async save(): Promise<boolean> {
        return false;
      }
    }
    const clock = aClock();
    const pauses = createPauses(new BusyStore(), clock.now);

    await expect(pauses.record("main-api", limitAt(clock, "a"), wait)).resolves.toBeUndefined();
  });
});

import { describe, expect, test } from "@jest/globals";
import {
  createReconcileSchedule,
  createSchedulesByWindow,
} from "../../../lambdas/caretaker/reconcile-schedule.ts";

const [minute, hour] = [60_000, 3_600_000];
const nowMillis = 1_700_000_000_000;
const chat = (activeAtMillis: number, conversationId = "tg-700-1") => ({
  conversationId,
  activeAtMillis,
});

/** Minutes after the last word at which a caretaker that comes every five minutes looks. */
const looksAfter = (lastMinute: number) => {
  const schedule = createReconcileSchedule();
  const at: number[] = [];
  for (let now = 0; now <= lastMinute; now += 5) {
    const millis = nowMillis + now * minute;
    if (!schedule.isDue(chat(nowMillis), millis)) continue;
    schedule.note("tg-700-1", millis);
    at.push(now);
  }
  return at;
};

describe("looks into a chat's history", () => {
  test("are taken every five minutes while people write", () => {
    const schedule = createReconcileSchedule();
    for (let now = nowMillis; now < nowMillis + hour; now += 5 * minute) {
      expect(schedule.isDue(chat(now - 9 * minute), now)).toBe(true);
      schedule.note("tg-700-1", now);
    }
  });

  test("become more seldom as it is silent, and come once an hour at least", () => {
    expect(looksAfter(6 * 60)).toEqual([
      0, 5, 10, 15, 20, 30, 40, 55, 75, 100, 135, 180, 235, 290, 345,
    ]);
  });

  test("are taken within five minutes, or a third of the silence, or an hour", () => {
    const at = looksAfter(24 * 60);

    for (const [index, minutes] of at.entries()) {
      const next = at[index + 1] ?? 24 * 60;
      expect(next - minutes).toBeLessThanOrEqual(Math.min(60, Math.max(5, next / 3)));
    }
  });

  test("are due at once where somebody has written since the last one", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);

    const later = nowMillis + 5 * minute;
    expect(schedule.isDue(chat(nowMillis - 20 * hour), later)).toBe(false);
    expect(schedule.isDue(chat(nowMillis + minute), later)).toBe(true);
  });

  test("are due a little early: the next run is no exact five minutes or hour after the last", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);

    expect(schedule.isDue(chat(nowMillis), nowMillis + 4.9 * minute)).toBe(true);
    expect(schedule.isDue(chat(nowMillis - 20 * hour), nowMillis + 59 * minute)).toBe(true);
  });

  test("are due for everybody in a sandbox that has just started", () => {
    expect(createReconcileSchedule().isDue(chat(nowMillis - 23 * hour), nowMillis)).toBe(true);
  });

  test("are remembered for the widest window and no longer", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);
    schedule.note("tg-700-2", nowMillis + 27 * hour);

    // A clock that is set back shows what is remembered.
    expect(schedule.isDue(chat(nowMillis, "tg-700-1"), nowMillis)).toBe(true);
    expect(schedule.isDue(chat(nowMillis, "tg-700-2"), nowMillis + 27 * hour)).toBe(false);
  });
});

describe("runs that do not reach everybody", () => {
  test("are gone on with: nobody is looked at twice before all have been", () => {
    const schedule = createReconcileSchedule();
    const chats = Array.from({ length: 10 }, (_, index) => `tg-700-${index}`);
    const runs: string[][] = [];
    for (let run = 0; run < 5; run += 1) {
      const now = nowMillis + run * 5 * minute;
      const due = chats.filter((id) => schedule.isDue(chat(now, id), now));
      const reached = due.slice(0, 4);
      for (const id of reached) schedule.note(id, now);
      schedule.end(now, reached.length === due.length);
      runs.push(reached);
    }

    expect(new Set(runs.slice(0, 3).flat())).toEqual(new Set(chats));
    expect(runs.map(({ length }) => length)).toEqual([4, 4, 2, 4, 4]);
  });
});

describe("looks that reach back for different times", () => {
  test("are not taken for one another: a chat looked at for two hours is due for the day", () => {
    const looksWithin = createSchedulesByWindow();
    looksWithin(2).note("tg-700-1", nowMillis);

    const soon = nowMillis + minute;
    expect(looksWithin(2).isDue(chat(nowMillis), soon)).toBe(false);
    expect(looksWithin(24).isDue(chat(nowMillis), soon)).toBe(true);
  });

  test("have ends of their own: the day's go on with whom they did not reach, an hour later", () => {
    const looksWithin = createSchedulesByWindow();
    looksWithin(24).note("tg-700-1", nowMillis);
    looksWithin(24).end(nowMillis, false);
    looksWithin(2).end(nowMillis + 3 * minute, true);

    const silent = (id: string) => chat(nowMillis - 20 * hour, id);
    expect(looksWithin(24).isDue(silent("tg-700-1"), nowMillis + hour)).toBe(false);
    expect(looksWithin(24).isDue(silent("tg-700-2"), nowMillis + hour)).toBe(true);
  });
});

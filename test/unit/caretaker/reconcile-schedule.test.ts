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

/** The minutes after the last message at which a caretaker that runs every five minutes reads the history. */
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

describe("the reads of a chat's history", () => {
  test("are every five minutes during activity", () => {
    const schedule = createReconcileSchedule();
    for (let now = nowMillis; now < nowMillis + hour; now += 5 * minute) {
      expect(schedule.isDue(chat(now - 9 * minute), now)).toBe(true);
      schedule.note("tg-700-1", now);
    }
  });

  test("become less frequent in a silent chat, with at least one an hour", () => {
    expect(looksAfter(6 * 60)).toEqual([
      0, 5, 10, 15, 20, 30, 40, 55, 75, 100, 135, 180, 235, 290, 345,
    ]);
  });

  test("are within five minutes, a third of the silence, or an hour", () => {
    const at = looksAfter(24 * 60);

    for (const [index, minutes] of at.entries()) {
      const next = at[index + 1] ?? 24 * 60;
      expect(next - minutes).toBeLessThanOrEqual(Math.min(60, Math.max(5, next / 3)));
    }
  });

  test("are due at once when a message came after the last read", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);

    const later = nowMillis + 5 * minute;
    expect(schedule.isDue(chat(nowMillis - 20 * hour), later)).toBe(false);
    expect(schedule.isDue(chat(nowMillis + minute), later)).toBe(true);
  });

  test("are due a little early, because the next run is not exactly five minutes or an hour later", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);

    expect(schedule.isDue(chat(nowMillis), nowMillis + 4.9 * minute)).toBe(true);
    expect(schedule.isDue(chat(nowMillis - 20 * hour), nowMillis + 59 * minute)).toBe(true);
  });

  test("are due for every chat in a new sandbox", () => {
    expect(createReconcileSchedule().isDue(chat(nowMillis - 23 * hour), nowMillis)).toBe(true);
  });

  test("are remembered for the widest window and no longer", () => {
    const schedule = createReconcileSchedule();
    schedule.note("tg-700-1", nowMillis);
    schedule.note("tg-700-2", nowMillis + 27 * hour);

    // When the clock is set back, the remembered reads are visible.
    expect(schedule.isDue(chat(nowMillis, "tg-700-1"), nowMillis)).toBe(true);
    expect(schedule.isDue(chat(nowMillis, "tg-700-2"), nowMillis + 27 * hour)).toBe(false);
  });
});

describe("runs that do not reach every chat", () => {
  test("continue: no chat is read twice before all have been read", () => {
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

describe("reconciles of different windows", () => {
  test("are separate: a chat read for two hours is still due for the day", () => {
    const looksWithin = createSchedulesByWindow();
    looksWithin(2).note("tg-700-1", nowMillis);

    const soon = nowMillis + minute;
    expect(looksWithin(2).isDue(chat(nowMillis), soon)).toBe(false);
    expect(looksWithin(24).isDue(chat(nowMillis), soon)).toBe(true);
  });

  test("end separately: the day's reconcile continues with the chats it did not reach, an hour later", () => {
    const looksWithin = createSchedulesByWindow();
    looksWithin(24).note("tg-700-1", nowMillis);
    looksWithin(24).end(nowMillis, false);
    looksWithin(2).end(nowMillis + 3 * minute, true);

    const silent = (id: string) => chat(nowMillis - 20 * hour, id);
    expect(looksWithin(24).isDue(silent("tg-700-1"), nowMillis + hour)).toBe(false);
    expect(looksWithin(24).isDue(silent("tg-700-2"), nowMillis + hour)).toBe(true);
  });
});

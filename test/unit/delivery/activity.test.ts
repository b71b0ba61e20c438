import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ActivityNote } from "../../../lambdas/model/conversation.ts";
import {
  activeHoursSince,
  createActivity,
  noteEveryMillis,
} from "../../../lambdas/delivery/activity.ts";

const id = "tg-700-42";
const nowMillis = 1_700_000_000_000;
const minute = 60_000;
const hour = 60 * minute;
const timesMillis = fc.integer({ min: nowMillis, max: nowMillis + 400 * hour });
const ids = fc.bigInt({ min: 1n, max: 2n ** 52n }).map((chat) => `tg-700-${chat}`);

/** The activity of a sandbox in which a claim carried these notes. */
const havingNoted = (...notes: readonly (readonly [group: string, atMillis: number])[]) => {
  const activity = createActivity();
  for (const [group, atMillis] of notes) {
    const note = activity.due(group, atMillis);
    if (note !== undefined) activity.noted(note);
  }
  return activity;
};

describe("a conversation's activity note", () => {
  test("has the time and the hour key when the sandbox has no note yet", () => {
    expect(createActivity().due(id, nowMillis)).toEqual({
      conversationId: id,
      activeAtMillis: nowMillis,
      activeHour: expect.stringMatching(/^472222\/[0-3]$/),
    });
  });

  test.each([
    { agoMillis: 0, isDue: false },
    { agoMillis: 10 * minute - 1, isDue: false },
    { agoMillis: 10 * minute, isDue: true },
    { agoMillis: hour, isDue: true },
  ])("is due again after $agoMillis ms: $isDue", ({ agoMillis, isDue }) => {
    const activity = havingNoted([id, nowMillis - agoMillis]);

    expect(activity.due(id, nowMillis) !== undefined).toBe(isDue);
  });

  test("stays due until a claim with the note is granted", () => {
    const activity = createActivity();

    const refused = activity.due(id, nowMillis);
    const again = activity.due(id, nowMillis + 1);

    expect([refused?.activeAtMillis, again?.activeAtMillis]).toEqual([nowMillis, nowMillis + 1]);
  });

  test("has ten minutes of its own in each conversation", () => {
    const activity = havingNoted([id, nowMillis]);

    expect(activity.due("tg-700-43", nowMillis)).toMatchObject({ conversationId: "tg-700-43" });
  });

  test("is written by each sandbox", () => {
    havingNoted([id, nowMillis]);

    expect(createActivity().due(id, nowMillis)).toBeDefined();
  });

  test.each([
    "unidentified",
    "unverified",
    "tg-700",
    "status:tg-700-42",
    "somebody-elses-42",
    "tg-700--42",
    "tg-700-042",
  ])("does not exist for a group like %s", (group) => {
    expect(createActivity().due(group, nowMillis)).toBeUndefined();
  });

  test("is remembered for ten thousand conversations; when there are more, the oldest notes are written again", () => {
    const activity = havingNoted([id, nowMillis], ["tg-700-43", nowMillis]);
    for (let chat = 1; chat <= 9_999; chat += 1) {
      const note = activity.due(`tg-701-${chat}`, nowMillis + 1);
      if (note !== undefined) activity.noted(note);
    }

    expect(activity.due(id, nowMillis + 2)).toBeDefined();
    expect(activity.due("tg-700-43", nowMillis + 2)).toBeUndefined();
  });
});

describe("the hours of a window", () => {
  test("hold a note of every conversation with a granted claim in it, from any sandbox", () => {
    const minutes = fc.nat(100).map((minutesAfter) => nowMillis + minutesAfter * minute);
    const chats = fc.integer({ min: 1, max: 2 });
    const claims = fc.array(fc.record({ chat: chats, atMillis: minutes, sandbox: fc.nat(1) }));
    fc.assert(
      fc.property(claims, minutes, (unordered, sinceMillis) => {
        const claimed = unordered.toSorted((a, b) => a.atMillis - b.atMillis);
        const sandboxes = [createActivity(), createActivity()];
        const index: ActivityNote[] = [];
        for (const { chat, atMillis, sandbox } of claimed) {
          const note = sandboxes[sandbox]?.due(`tg-700-${chat}`, atMillis);
          if (note === undefined) continue;
          sandboxes[sandbox]?.noted(note);
          index.push(note);
        }

        const hours = activeHoursSince(sinceMillis - noteEveryMillis, nowMillis + 100 * minute);
        const noted = index.filter(({ activeHour }) => hours.includes(activeHour));
        const found = new Set(noted.map(({ conversationId }) => conversationId));
        const active = claimed.filter(({ atMillis }) => atMillis >= sinceMillis);
        expect(active.filter(({ chat }) => !found.has(`tg-700-${chat}`))).toEqual([]);
      }),
    );
  });

  test("leave out conversations with notes more than an hour older", () => {
    fc.assert(
      fc.property(ids, timesMillis, fc.nat(3 * hour), (group, since, length) => {
        const key = createActivity().due(group, since - hour)?.activeHour;

        expect(activeHoursSince(since, since + length)).not.toContain(key);
      }),
    );
  });

  test("spread the conversations of an hour over four keys", () => {
    const keys = Array.from(
      { length: 200 },
      (_, chat) => createActivity().due(`tg-700-${chat + 1}`, nowMillis)?.activeHour,
    );

    expect(new Set(keys).size).toBe(4);
  });

  test.each([
    { name: "a single time", sinceMillis: nowMillis, keys: 4 },
    { name: "two hours", sinceMillis: nowMillis - 2 * hour, keys: 12 },
    { name: "an empty window", sinceMillis: nowMillis + 2 * hour, keys: 0 },
  ])("are four keys an hour, each once: $name", ({ sinceMillis, keys }) => {
    const hours = activeHoursSince(sinceMillis, nowMillis);

    expect([hours.length, new Set(hours).size]).toEqual([keys, keys]);
  });

  test("start with the newest", () => {
    const hours = activeHoursSince(nowMillis - 2 * hour, nowMillis).map((key) =>
      Number.parseInt(key),
    );

    expect(hours).toEqual(hours.toSorted((a, b) => b - a));
  });
});

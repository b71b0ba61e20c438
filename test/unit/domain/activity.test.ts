import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { activeHoursSince, touch } from "../../../lambdas/domain/activity.ts";

const id = "tg-700-42";
const nowMillis = 1_700_000_000_000;
const minute = 60_000;
const hour = 60 * minute;
const moments = fc.integer({ min: nowMillis, max: nowMillis + 400 * hour });
const ids = fc.bigInt({ min: 1n, max: 2n ** 52n }).map((chat) => `tg-700-${chat}`);

describe("touching a conversation", () => {
  test.each([
    { name: "nobody touched yet", known: undefined },
    { name: "of an earlier version", known: { conversationId: id } },
    {
      name: "touched ten minutes ago",
      known: { conversationId: id, touchedAtMillis: nowMillis - 10 * minute },
    },
  ])("$name writes when that was, and the hour to find it under", ({ known }) => {
    const touched = touch(id, known, nowMillis);

    expect(touched).toMatchObject({ touchedAtMillis: nowMillis });
    expect(touched?.activeHour).toMatch(/^472222\/[0-3]$/);
  });

  test.each([0, 1, 10 * minute - 1])("touched %i ms ago writes nothing", (millis) => {
    const known = { conversationId: id, touchedAtMillis: nowMillis - millis };

    expect(touch(id, known, nowMillis)).toBeUndefined();
  });

  test("spreads the conversations of an hour over four keys", () => {
    const keys = Array.from(
      { length: 200 },
      (_, chat) => touch(`tg-700-${chat}`, undefined, nowMillis)?.activeHour,
    );

    expect(new Set(keys).size).toBe(4);
  });
});

describe("the hours of a window", () => {
  test("cover every conversation touched within it", () => {
    fc.assert(
      fc.property(ids, fc.tuple(moments, moments, moments), (conversationId, unordered) => {
        const [since = 0, touchedAt = 0, now = 0] = unordered.toSorted((a, b) => a - b);
        const key = touch(conversationId, undefined, touchedAt)?.activeHour;

        expect(activeHoursSince(since, now)).toContain(key);
      }),
    );
  });

  test("leave out conversations touched more than an hour before it", () => {
    fc.assert(
      fc.property(ids, moments, fc.nat(3 * hour), (conversationId, since, length) => {
        const key = touch(conversationId, undefined, since - hour)?.activeHour;

        expect(activeHoursSince(since, since + length)).not.toContain(key);
      }),
    );
  });

  test.each([
    { name: "a moment", sinceMillis: nowMillis, keys: 4 },
    { name: "two hours", sinceMillis: nowMillis - 2 * hour, keys: 12 },
    { name: "no time at all", sinceMillis: nowMillis + 2 * hour, keys: 0 },
  ])("are four keys an hour, each once: $name", ({ sinceMillis, keys }) => {
    const hours = activeHoursSince(sinceMillis, nowMillis);

    expect([hours.length, new Set(hours).size]).toEqual([keys, keys]);
  });
});

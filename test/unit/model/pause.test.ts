import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { withLimitSign } from "../../../lambdas/model/conversation.ts";
import type { Pause, PauseName, LimitSign } from "../../../lambdas/model/conversation.ts";

const at = 1_700_000_000_000;
const noPause = (name: PauseName = "to-telegram"): Pause => ({ name, untilMillis: 0, signs: [] });
const limit = (group: string, afterMillis = 0): LimitSign => ({
  kind: "limit",
  atMillis: at + afterMillis,
  group,
});
const timeout = (group: string, afterMillis = 0): LimitSign => ({
  ...limit(group, afterMillis),
  kind: "timeout",
});
const after = (signs: readonly LimitSign[], waitMillis = 7000, name?: PauseName) =>
  signs.reduce((pause, limitSign) => withLimitSign(pause, limitSign, waitMillis), noPause(name));

describe("429s", () => {
  test.each([
    { name: "one chat", signs: [limit("a")], paused: false },
    { name: "one chat, repeatedly", signs: [0, 1, 2, 3].map((ms) => limit("a", ms)) },
    { name: "two chats", signs: [limit("a"), limit("b"), limit("a", 5)] },
    { name: "three chats at once", signs: ["a", "b", "c"].map((g) => limit(g)), paused: true },
    {
      name: "three chats within two seconds",
      signs: [limit("a"), limit("b", 1000), limit("c", 1999)],
      paused: true,
    },
    {
      name: "three chats within more than two seconds",
      signs: [limit("a"), limit("b", 1000), limit("c", 2000)],
    },
    {
      name: "three chats, one of them by a timeout",
      signs: [limit("a"), limit("b"), timeout("c")],
    },
  ])("of $name pause the bot: $paused", ({ signs, paused = false }) => {
    const untilMillis = paused ? (signs.at(-1)?.atMillis ?? 0) + 7000 : 0;

    expect(after(signs).untilMillis).toBe(untilMillis);
  });
});

describe("calls without an answer", () => {
  test.each([
    { name: "two", signs: [timeout("a"), timeout("b")] },
    {
      name: "three of one chat within ten seconds",
      signs: [timeout("a"), timeout("a", 5000), timeout("a", 9999)],
      paused: true,
    },
    {
      name: "three within more than ten seconds",
      signs: [timeout("a"), timeout("b", 5000), timeout("c", 10_000)],
    },
    { name: "two next to a 429", signs: [timeout("a"), limit("b"), timeout("c")] },
  ])("$name pause the vendor for five seconds: $paused", ({ signs, paused = false }) => {
    const untilMillis = paused ? (signs.at(-1)?.atMillis ?? 0) + 5000 : 0;

    expect(after(signs).untilMillis).toBe(untilMillis);
  });
});

describe("any sign of a limit", () => {
  const signs = fc.array(
    fc.record({
      kind: fc.constantFrom("limit", "timeout"),
      atMillis: fc.integer({ min: at, max: at + 20_000 }),
      group: fc.constantFrom("a", "b", "c", "d"),
    }),
    { maxLength: 30 },
  );
  const waits = fc.nat(100_000);
  const names = fc.constantFrom<PauseName>("to-telegram", "to-amocrm", "main-api");
  const inOrder = (some: readonly LimitSign[]) => some.toSorted((a, b) => a.atMillis - b.atMillis);

  test("never shortens a pause", () => {
    fc.assert(
      fc.property(names, signs, waits, fc.nat(at * 2), (name, some, wait, untilMillis) => {
        let pause: Pause = { ...noPause(name), untilMillis };
        for (const limitSign of some) {
          const next = withLimitSign(pause, limitSign, wait);
          expect(next.untilMillis).toBeGreaterThanOrEqual(pause.untilMillis);
          pause = next;
        }
      }),
    );
  });

  test("pauses only after three signs of a kind within its window, in three chats for a 429", () => {
    /** The number of strikes up to this one, or of their chats, that may count with it. */
    const countedAt = (some: readonly LimitSign[], index: number) => {
      const { kind, atMillis } = some[index] ?? limit("none");
      const window = kind === "limit" ? 2000 : 10_000;
      const alike = some
        .slice(0, index + 1)
        .filter((one) => one.kind === kind && one.atMillis > atMillis - window);
      return kind === "limit" ? new Set(alike.map(({ group }) => group)).size : alike.length;
    };
    fc.assert(
      fc.property(signs, (unordered) => {
        const some = inOrder(unordered);
        let pause = noPause();
        const counts = some.flatMap((limitSign, index) => {
          const before = pause.untilMillis;
          pause = withLimitSign(pause, limitSign, 60_000);
          return pause.untilMillis > before ? [countedAt(some, index)] : [];
        });

        expect(counts.filter((count) => count < 3)).toEqual([]);
      }),
    );
  });

  test("is forgotten once it is too old, so that the stored state stays small", () => {
    const { signs: keptSigns } = after([limit("a"), timeout("b"), limit("c", 15_000)]);

    expect(keptSigns).toEqual([limit("c", 15_000)]);
  });

  test("starts a new count after a pause", () => {
    const paused = after([limit("a"), limit("b"), limit("c")]);
    const next = withLimitSign(paused, limit("d", 1), 60_000);

    expect(next.untilMillis).toBe(paused.untilMillis);
  });

  test("pauses the main API by itself, for all chats", () => {
    expect(after([limit("a")], 600_000, "main-api").untilMillis).toBe(at + 600_000);
  });
});

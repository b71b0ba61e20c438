import { describe, expect, test } from "@jest/globals";
import { inRounds, median, ratio } from "../../../bench/figure.ts";

describe("rounds of a measurement", () => {
  test("alternate the order, with every second round backwards, and leave the first one out", async () => {
    const all: string[] = [];

    const taken = await inRounds(2, ["a", "b"], async (name, round) => {
      all.push(`${name}${String(round)}`);
      return round;
    });

    expect(all).toEqual(["a0", "b0", "b1", "a1", "a2", "b2"]);
    expect(taken).toEqual({ a: [1, 2], b: [1, 2] });
  });

  test.each([
    { values: [3, 1, 2], middle: 2 },
    { values: [4, 1, 3, 2], middle: 2 },
    { values: [7], middle: 7 },
  ])("have the median $middle of $values", ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });

  test("have no median when there are none", () => {
    expect(() => median([])).toThrow("no value was measured");
  });

  test("are compared round by round, not by their medians", () => {
    // Twice as slow in every round, on a machine that became slower.
    expect(ratio([2, 4, 60], [1, 2, 30])).toBe(2);
    expect(ratio([2, 30, 4], [1, 30, 1])).toBe(2);
  });
});

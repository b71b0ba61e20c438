import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { inRounds, median, onSeparateCores, ratio } from "../../../bench/rounds.ts";

describe("rounds of a measurement", () => {
  test("alternate the order, with every second round backwards", async () => {
    const taken: string[] = [];

    await inRounds(3, ["a", "b"], async (name, round) => {
      taken.push(`${name}${String(round)}`);
    });

    expect(taken).toEqual(["a0", "b0", "b1", "a1", "a2", "b2"]);
  });

  test.each([
    { values: [3, 1, 2], middle: 2 },
    { values: [4, 1, 3, 2], middle: 2 },
    { values: [7], middle: 7 },
  ])("have the median $middle of $values", ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });

  test("have no median when there are none", () => {
    expect(() => median([])).toThrow("no median");
  });

  test("are compared round by round, not by their medians", () => {
    // Twice as slow in every round, on a machine that became slower.
    expect(ratio([2, 4, 60], [1, 2, 30])).toBe(2);
    expect(ratio([2, 30, 4], [1, 30, 1])).toBe(2);
  });
});

test("the reserved cores are released, also after a failure", async () => {
  const status = "/proc/self/status";
  const allowed = () =>
    existsSync(status) ? /^Cpus_allowed_list:.*$/m.exec(readFileSync(status, "utf8"))?.[0] : "any";
  const before = allowed();
  const during: (string | undefined)[] = [];

  const core = await onSeparateCores(async (measured) => {
    during.push(allowed());
    return measured;
  });
  const failing = onSeparateCores(() => Promise.reject(new Error("measured nothing")));

  await expect(failing).rejects.toThrow("measured nothing");
  expect(allowed()).toBe(before);
  // With one core, or without taskset, no core was reserved.
  expect(during[0] === before).toBe(core === undefined);
});

import { describe, expect, test } from "@jest/globals";
import { tableOf, verdictOf } from "../../../bench/figure.ts";
import type { Figure, Target } from "../../../bench/figure.ts";

const figure: Figure = { what: "a thing", unit: "ms", ours: 10, floor: 5, naive: 40 };

describe("the verdict on a figure", () => {
  test.each<{ target: Target; verdict: string }>([
    { target: "<= 2 x floor", verdict: "ok" },
    { target: "<= 1.92 x floor", verdict: "over" },
    { target: "<= 1.9 x floor", verdict: "failed" },
    { target: "<= 0.25 x naive", verdict: "ok" },
    { target: ">= 10", verdict: "ok" },
    { target: ">= 10.4", verdict: "over" },
    { target: ">= 11", verdict: "failed" },
  ])("with the target $target is $verdict", ({ target, verdict }) => {
    expect(verdictOf(figure, target)).toBe(verdict);
  });

  test("uses the ratio of the run when there is one", () => {
    expect(verdictOf({ ...figure, xFloor: 3 }, "<= 2 x floor")).toBe("failed");
  });

  test("is unknown without a figure to compare with", () => {
    const alone = { what: "a thing", unit: "ms", ours: 10 };

    expect(verdictOf(alone, "<= 1 x naive")).toBe("unknown");
  });

  test("of zero is ok when zero is allowed, and of one fails", () => {
    const none: Target = "<= 0";

    expect(verdictOf({ ...figure, ours: 0 }, none)).toBe("ok");
    expect(verdictOf({ ...figure, ours: 1 }, none)).toBe("failed");
  });
});

describe("the table", () => {
  test("has a line for each target of a figure, and one for each skipped figure", () => {
    const targets: Target[] = ["<= 2 x floor", "<= 0.1 x naive"];
    const skipped = [{ what: "the other thing", why: "a tool is missing" }];

    const lines = tableOf({ figures: [{ ...figure, targets }], skipped }).split("\n");

    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^\s*2\s+0\.25\s+<= 2 x floor\s+ok\s+a thing\s+10\s+5\s+40\s+ms$/);
    expect(lines[2]).toMatch(/<= 0\.1 x naive\s+failed/);
    expect(lines[3]).toBe("skipped: the other thing: a tool is missing");
  });
});

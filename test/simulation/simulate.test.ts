import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";

function simulate(...args: string[]) {
  return spawnSync(process.execPath, ["test/simulation/simulate.ts", ...args], {
    encoding: "utf8",
  });
}

describe("npm run simulate", () => {
  test.each([
    ["one seed, with --from alone", ["--from", "7"], 1],
    ["as many seeds as requested", ["--from", "7", "--seeds", "2"], 2],
  ])(
    "runs %s",
    (_, args, seeds) => {
      const { status, stdout } = simulate(...args);

      expect(stdout).toContain(`seeds ${seeds}, lost 0`);
      expect(status).toBe(0);
    },
    60_000,
  );

  test.each([
    ["--from", "x"],
    ["--seeds", "0"],
    ["--seed", "7"],
  ])("%s %s: prints the usage", (...args) => {
    const { status, stderr } = simulate(...args);

    expect(stderr).toContain("Usage: npm run simulate");
    expect(status).toBe(2);
  });
});

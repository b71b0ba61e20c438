import { expect, test } from "@jest/globals";
import { brokenBy } from "./run-seed.ts";

test("the bridge keeps its promises under a hundred seeds of faults", async () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 100; seed += 1) broken.push(...(await brokenBy(seed)));

  expect(broken).toEqual([]);
});

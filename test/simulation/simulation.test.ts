import { describe, expect, test } from "@jest/globals";
import { mutants } from "./bridge/mutants.ts";
import type { Mutant } from "./bridge/mutant.ts";
import { brokenBy, runSeed } from "./run-seed.ts";
import { story } from "./story.ts";

describe("the bridge in simulated time", () => {
  test("keeps its promises when a process dies at any one step, before or after what it does", async () => {
    const seed = 11;
    const { world } = await runSeed(seed, { isCalm: true });
    const broken: string[] = [];
    for (let atStep = 1; atStep <= world.faults.steps; atStep += 1) {
      for (const when of ["before", "after"] as const) {
        broken.push(...(await brokenBy(seed, { isCalm: true, death: { atStep, when } })));
      }
    }

    expect(world.faults.steps).toBeGreaterThan(200);
    expect(broken).toEqual([]);
  });

  test("runs the same way twice", async () => {
    const [once, twice] = [await runSeed(5), await runSeed(5)];

    expect(story(once)).toBe(story(twice));
  });
});

describe("the checker sees", () => {
  const mostSeeds = 150;

  test.each(Object.entries(mutants))("%s", async (_name, mutant) => {
    expect(await seedThatKills(mutant)).toBeLessThanOrEqual(mostSeeds);
  });

  /** The first seed whose run breaks a promise with the mistake, and breaks none without it. */
  async function seedThatKills(mutant: Mutant): Promise<number> {
    for (let seed = 1; seed <= mostSeeds; seed += 1) {
      const withIt = await brokenBy(seed, { mutant });
      if (withIt.length > 0 && (await brokenBy(seed)).length === 0) return seed;
    }
    return Number.POSITIVE_INFINITY;
  }
});

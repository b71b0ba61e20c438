import { describe, expect, test } from "@jest/globals";
import { anyContact, mutants } from "./bridge/mutants.ts";
import type { Mutant } from "./bridge/mutant.ts";
import { brokenBy, runSeed } from "./run-seed.ts";
import { story } from "./story.ts";
import { startMillis } from "./world/names.ts";

/** Half of the calls to the main API are lost: the request or the answer. */
const lostContacts = (["main-api-lost-request", "main-api-lost-answer"] as const).map((kind) => ({
  kind,
  fromMillis: startMillis,
  untilMillis: startMillis + 180_000,
  chance: 0.3,
  seconds: 0,
}));

/** Some hundred steps, two runs for each. */
const deathsMillis = 20 * 60_000;

describe("the bridge in simulated time", () => {
  test.each([
    { writesTo: "bot", leastSteps: 200 },
    { writesTo: "channel", leastSteps: 100 },
  ] as const)(
    "keeps its promises when a process dies at any step, before or after the step's effect: people write to the $writesTo",
    async ({ writesTo, leastSteps }) => {
      // The bridge makes leads in this seed.
      const seed = 23;
      const { world } = await runSeed(seed, { windows: [], writesTo });
      const broken: string[] = [];
      for (let atStep = 1; atStep <= world.faults.steps; atStep += 1) {
        for (const when of ["before", "after"] as const) {
          broken.push(
            ...(await brokenBy(seed, { windows: [], writesTo, death: { atStep, when } })),
          );
        }
      }

      expect(world.leadPlan).toBeDefined();
      expect(world.faults.steps).toBeGreaterThan(leastSteps);
      expect(broken).toEqual([]);
    },
    deathsMillis,
  );

  test("makes one contact each for two customers of the same name while amoCRM's answers are lost", async () => {
    const mutant = { contactMarks: anyContact };
    const broken: string[] = [];
    const brokenWithoutMarks: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      broken.push(...(await brokenBy(seed, { windows: lostContacts })));
      brokenWithoutMarks.push(...(await brokenBy(seed, { windows: lostContacts, mutant })));
    }

    expect(broken).toEqual([]);
    expect(brokenWithoutMarks.join()).toContain("the contact that was made for");
  });

  test("gives the same result when run twice", async () => {
    const [once, twice] = [await runSeed(5), await runSeed(5)];

    expect(story(once)).toBe(story(twice));
  });
});

describe("the checker detects", () => {
  const mostSeeds = 150;

  test.each(Object.entries(mutants))("%s", async (_name, mutant) => {
    expect(await seedThatKills(mutant)).toBeLessThanOrEqual(mostSeeds);
  });

  /** The first seed whose run breaks a promise with the bug and breaks none without it. */
  async function seedThatKills(mutant: Mutant): Promise<number> {
    for (let seed = 1; seed <= mostSeeds; seed += 1) {
      const withIt = await brokenBy(seed, { mutant });
      if (withIt.length > 0 && (await brokenBy(seed)).length === 0) return seed;
    }
    return Number.POSITIVE_INFINITY;
  }
});

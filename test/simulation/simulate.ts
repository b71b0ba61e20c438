import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { runSeed } from "./run-seed.ts";
import { story } from "./story.ts";

const usage = `Usage: npm run simulate -- [--seeds N] [--from SEED] [--story]

Runs the bridge in simulated time under seeded faults and checks its promises.

  --seeds N     number of seeds, default 100
  --from SEED   the only seed; with --seeds, the first seed; default 1
  --story       prints every step

Exit codes: 0 every promise kept, 1 some broken (the output lists their seeds), 2 wrong usage.
`;

process.exitCode = await simulate(process.argv.slice(2));
// Do not wait for timers of the last world's vendors.
process.exit();

async function simulate(args: string[]): Promise<number> {
  const options = read(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${usage}`);
    return 2;
  }
  if (options.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  const { seeds, from, printsStory } = options;
  const total = { lost: 0, inversions: 0, late: 0, duplicates: 0, ambiguous: 0 };
  let failed = 0;
  const startedAt = performance.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const run = await runSeed(seed);
    const { counts, violations } = run.verdict;
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += counts[name];
    for (const { rule, about, what } of violations) {
      process.stdout.write(`seed ${seed}: ${rule}: ${about}: ${what}\n`);
    }
    if (violations.length > 0) {
      failed += 1;
      process.stdout.write(`  replay: npm run simulate -- --from ${seed}\n`);
    }
    if (printsStory) process.stdout.write(story(run));
    const done = seed - from + 1;
    if (done % 100 === 0) {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      process.stderr.write(`${done} of ${seeds} seeds in ${seconds} s, ${failed} failed\n`);
    }
  }
  const counted = Object.entries({ seeds, ...total }).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${counted.join(", ")}\n`);
  return failed > 0 ? 1 : 0;
}

/** The options, or a sentence about wrong usage. */
function read(args: string[]) {
  const options = {
    seeds: { type: "string" },
    from: { type: "string" },
    story: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const satisfies ParseArgsConfig["options"];
  try {
    const { values } = parseArgs({ args, options });
    const seeds = Number(values.seeds ?? (values.from === undefined ? 100 : 1));
    const from = Number(values.from ?? 1);
    if (!Number.isSafeInteger(seeds) || seeds < 1)
      return "--seeds: expected a number of at least 1";
    if (!Number.isSafeInteger(from)) return "--from: expected a whole number";
    return { seeds, from, printsStory: values.story, isHelp: values.help };
  } catch (error) {
    return (error as Error).message;
  }
}

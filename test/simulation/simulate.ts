import { parseArgs } from "node:util";
import { runSeed } from "./run-seed.ts";
import { story } from "./story.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    story: { type: "boolean", default: false },
    "except-known": { type: "boolean", default: false },
  },
});
const seeds = Number(values.seeds);
const from = Number(values.from);
if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isSafeInteger(from)) {
  process.stderr.write(
    "usage: npm run simulate -- --seeds N [--from SEED] [--story] [--except-known]\n",
  );
  process.exit(2);
}

const total = { lost: 0, inversions: 0, late: 0, duplicates: 0, ambiguous: 0 };
let failed = 0;
const startedAt = performance.now();
for (let seed = from; seed < from + seeds; seed += 1) {
  const run = await runSeed(seed);
  for (const name of Object.keys(total) as (keyof typeof total)[]) {
    total[name] += run.verdict.counts[name];
  }
  const broken = run.verdict.violations.filter(
    ({ finding }) => finding === undefined || !values["except-known"],
  );
  if (broken.length > 0) {
    failed += 1;
    for (const { rule, about, what, finding } of broken) {
      const known = finding === undefined ? "" : ` (known: ${finding})`;
      process.stdout.write(`seed ${seed}: ${rule}: ${about}: ${what}${known}\n`);
    }
    process.stdout.write(`  replay: npm run simulate -- --seeds 1 --from ${seed}\n`);
  }
  if (values.story) process.stdout.write(story(run));
  const done = seed - from + 1;
  if (done % 100 === 0) {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stderr.write(`${done} of ${seeds} seeds in ${seconds} s, ${failed} failed\n`);
  }
}
const { lost, inversions, late, duplicates, ambiguous } = total;
process.stdout.write(
  `lost ${lost}, inversions ${inversions}, late ${late}, duplicates ${duplicates}, ambiguous ${ambiguous}\n`,
);
process.exit(failed > 0 ? 1 : 0);

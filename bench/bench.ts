import { parseArgs } from "node:util";
import { bridge } from "./bridge.ts";
import { cost } from "./cost/figures.ts";
import { tableOf, verdictOf } from "./figure.ts";
import type { Figure, Part } from "./figure.ts";
import { growth } from "./growth.ts";
import { instructions } from "./instructions.ts";
import { sender } from "./sender.ts";
import { size } from "./size.ts";
import { cold, warm } from "./webhooks.ts";

const all = { size, cold, instructions, warm, sender, bridge, growth, cost };
const parts: Readonly<Record<string, Part>> = all;

/** The bench: `npm run bench [-- --full]`, or `npm run bench -- <part> [--json]`. */
async function bench(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      full: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const known = Object.keys(parts);
  if (values.help === true) {
    console.log("Usage: npm run bench -- [part …] [--full] [--json]\n\nParts:");
    for (const [name, { about }] of Object.entries(parts)) {
      console.log(`  ${name.padEnd(14)}${about}`);
    }
    console.log("\nA part that is named takes the time it needs; where all run, some are shorter");
    console.log("unless --full is given.");
    return 0;
  }
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`The bench has no part ${unknown.join(", ")}; it has: ${known.join(", ")}.`);
    return 2;
  }
  const isNamed = positionals.length > 0;
  const effort = isNamed || values.full === true ? "full" : "short";
  const found: { part: string; figures: readonly Figure[]; skipped: unknown }[] = [];
  for (const [part, { measure }] of Object.entries(parts)) {
    if (isNamed && !positionals.includes(part)) continue;
    console.error(`== ${part}`);
    const findings = await measure((line) => console.error(`   ${line}`), effort);
    found.push({ part, figures: findings.figures, skipped: findings.skipped ?? [] });
    if (values.json !== true) console.log(`${tableOf(findings)}\n`);
  }
  if (values.json === true) console.log(JSON.stringify(found, null, 2));
  const verdicts = found.flatMap(({ figures }) =>
    figures.flatMap((figure) => figure.targets?.map((target) => verdictOf(figure, target)) ?? []),
  );
  return verdicts.includes("failed") ? 1 : 0;
}

process.exitCode = await bench();

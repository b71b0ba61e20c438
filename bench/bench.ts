import { parseArgs } from "node:util";
import { bridge } from "./bridge.ts";
import { cost } from "./cost/report.ts";
import { tableOf, verdictOf } from "./figure.ts";
import type { Findings, Part } from "./figure.ts";
import { growth } from "./growth.ts";
import { instructions } from "./instructions.ts";
import { sender } from "./sender.ts";
import { size } from "./size.ts";
import { cold, warm } from "./webhooks.ts";

const all = { size, cold, instructions, warm, sender, bridge, growth, cost };
const parts: Readonly<Record<string, Part>> = all;

/** The bench: `npm run bench`, or `npm run bench -- <part> [--json]`. */
async function bench(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  const known = Object.keys(parts);
  if (values.help === true) {
    console.log("Usage: npm run bench -- [part …] [--json]\n\nParts:");
    for (const name of known) console.log(`  ${name.padEnd(14)}${parts[name]?.about}`);
    console.log("\nAll parts together take about half an hour.");
    return 0;
  }
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`The bench has no part ${unknown.join(", ")}; it has: ${known.join(", ")}.`);
    return 2;
  }
  const found: (Findings & { part: string })[] = [];
  for (const [part, { measure }] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(part)) continue;
    console.error(`== ${part}`);
    const { figures, skipped = [] } = await measure((line) => console.error(`   ${line}`));
    found.push({ part, figures, skipped });
    if (values.json !== true) console.log(`${tableOf({ figures, skipped })}\n`);
  }
  if (values.json === true) console.log(JSON.stringify(found, null, 2));
  const verdicts = found.flatMap(({ figures }) =>
    figures.flatMap((figure) => figure.targets?.map((target) => verdictOf(figure, target)) ?? []),
  );
  return verdicts.includes("failed") ? 1 : 0;
}

process.exitCode = await bench();

import { parseArgs } from "node:util";
import { bridge } from "./bridge.ts";
import { instructions, size } from "./bundles.ts";
import { cost } from "./cost/report.ts";
import { growth } from "./counting/growth.ts";
import { tableOf, verdictOf } from "./figure.ts";
import type { Findings, Progress } from "./figure.ts";
import { sender } from "./sender.ts";
import { cold, warm } from "./webhooks.ts";

type Part = readonly [about: string, measure: (progress: Progress) => Promise<Findings>];
const parts: Readonly<Record<string, Part>> = {
  size: ["bytes of the webhooks' bundles, and forbidden inputs", size],
  cold: ["cold start of the webhooks: process start, first webhook, memory", cold],
  instructions: ["instructions to load the webhooks, counted by callgrind", instructions],
  warm: ["a webhook in a running sandbox, compared with one bare signed POST", warm],
  sender: [
    "messages per second, compared with the latency of vendors (80 ms) alone; order",
    sender,
  ],
  bridge: ["webhook to vendor's answer on the laptop run, with and without a busy chat", bridge],
  growth: ["requests and bytes a message, with 10 chats and 10,000 and a month of ledger", growth],
  cost: ["USD for a million messages one way, from counted requests", cost],
};

/** The bench: `npm run bench`, or `npm run bench -- <part> [--json]`. */
async function bench(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  const known = Object.keys(parts);
  if (values.help === true) {
    const lines = Object.entries(parts).map(([name, [about]]) => `  ${name.padEnd(14)}${about}`);
    console.log(`Usage: npm run bench -- [part …] [--json]\n\nParts:\n${lines.join("\n")}`);
    console.log("\nAll parts together take about half an hour.");
    return 0;
  }
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`The bench has no part ${unknown.join(", ")}; it has: ${known.join(", ")}.`);
    return 2;
  }
  const found: (Findings & { part: string })[] = [];
  for (const [part, [, measure]] of Object.entries(parts)) {
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

import { parseArgs } from "node:util";
import { verdictOf } from "./figure.ts";
import type { Figure, Part } from "./figure.ts";
import { tableOf } from "./table.ts";

const parts: readonly (() => Promise<Part>)[] = [
  () => import("./size.ts").then((module) => module.size),
  () => import("./cold.ts").then((module) => module.cold),
  () => import("./instructions.ts").then((module) => module.instructions),
  () => import("./warm.ts").then((module) => module.warm),
  () => import("./sender.ts").then((module) => module.sender),
  () => import("./bridge.ts").then((module) => module.bridge),
  () => import("./growth.ts").then((module) => module.growth),
  () => import("./cost.ts").then((module) => module.cost),
];

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
  const known = await Promise.all(parts.map((load) => load()));
  if (values.help === true) {
    console.log("Usage: npm run bench -- [part …] [--full] [--json]\n\nParts:");
    for (const { name, about } of known) console.log(`  ${name.padEnd(14)}${about}`);
    console.log("\nA part that is named takes the time it needs; where all run, some are shorter");
    console.log("unless --full is given.");
    return 0;
  }
  const unknown = positionals.filter((name) => !known.some((part) => part.name === name));
  if (unknown.length > 0) {
    const names = known.map(({ name }) => name).join(", ");
    console.error(`The bench has no part ${unknown.join(", ")}; it has: ${names}.`);
    return 2;
  }
  const isNamed = positionals.length > 0;
  const wanted = isNamed ? known.filter(({ name }) => positionals.includes(name)) : known;
  const found: { part: string; figures: readonly Figure[]; skipped: unknown }[] = [];
  for (const { name, measure } of wanted) {
    console.error(`== ${name}`);
    const findings = await measure(
      (line) => console.error(`   ${line}`),
      isNamed || values.full === true ? "full" : "short",
    );
    found.push({ part: name, figures: findings.figures, skipped: findings.skipped ?? [] });
    if (values.json !== true) console.log(`${tableOf(findings)}\n`);
  }
  if (values.json === true) console.log(JSON.stringify(found, null, 2));
  const hasFailed = found.some(({ figures }) =>
    figures.some((figure) =>
      (figure.targets ?? []).some((target) => verdictOf(figure, target) === "failed"),
    ),
  );
  return hasFailed ? 1 : 0;
}

process.exitCode = await bench();

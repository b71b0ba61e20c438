import { parseArgs } from "node:util";
import { table } from "../../cli/output.ts";
import { ownStages } from "../../infra/settings/own-stages.ts";
import { StageSettingsError } from "../../infra/settings/read-stages.ts";
import { countShipped } from "../counting/counts.ts";
import { totalOf } from "./bill.ts";
import { pricesDate, pricesOf } from "./prices.ts";
import { costReport, costTables, pageTables, shopMessagesPerDay } from "./report.ts";
import { bridgeTemplates } from "./stack.ts";

const usage = `Usage: npm run cost -- [--stage NAME] [--messages N] [--page]

Prints what a bridge costs: a month of each stage of infra/stages.ts, and the bills of one stage line by
line, at the prices of its region. The requests, units and bytes are counted with the shipped bundles
against services in memory. They are counted again only after a change; this takes minutes.

  --stage NAME  the stage whose bills are printed (the first one)
  --messages N  how many messages one way a bill is for (1e6)
  --page        prints the tables of docs/costs-and-limits.md instead

Exit codes: 0 printed, 1 infra/stages.ts has errors, 2 wrong usage.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = {
    messages: { type: "string", default: "1e6" },
    stage: { type: "string" },
    page: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    const messages = Number(values.messages);
    if (values.help === true) {
      process.stdout.write(usage);
    } else if (!Number.isSafeInteger(messages) || messages < 1) {
      return complain("--messages: expected a whole number from 1 on, such as 1e6");
    } else if (values.page === true) {
      const { value: counts } = await countShipped(console.error);
      for (const each of await pageTables(counts)) console.log(`${each}\n`);
    } else {
      const stages = await ownStages();
      const { stage = Object.keys(stages)[0] ?? "" } = values;
      if (stages[stage] === undefined) {
        const names = Object.keys(stages).join(", ");
        return complain(`--stage: expected a stage of infra/stages.ts: ${names}`);
      }
      await printBills(stages, stage, messages);
    }
    return 0;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code.startsWith("ERR_PARSE_ARGS")) return complain(message);
    if (!(error instanceof StageSettingsError)) throw error;
    console.error(`infra/stages.ts has errors.\n${message}`);
    return 1;
  }
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${usage}`);
  return 2;
}

async function printBills(
  stages: Awaited<ReturnType<typeof ownStages>>,
  chosen: string,
  messages: number,
): Promise<void> {
  const templates = await bridgeTemplates(stages);
  const { value: counts, since } = await countShipped(console.error);
  console.log(
    since === undefined
      ? "Counted now, and kept until the code changes."
      : `Counted ${since.slice(0, 16)}Z with the same code, so not counted again.`,
  );
  console.log(`\nUSD for each bridge and month, list prices of ${pricesDate} without free tier:\n`);
  const head = ["stage", "prices", "no messages", "no monitoring"];
  const months = [[...head, `${shopMessagesPerDay} messages a day`, "less the free tier"]];
  for (const [name, { region }] of Object.entries(stages)) {
    const { month, unwatched } = await costReport(counts, region, templates[name] ?? {});
    const idle = [totalOf(month.lines), totalOf(unwatched.lines)];
    const usd = [...idle, month.shopUsd, month.paidUsd].map((each) => each.toFixed(2));
    months.push([name, pricesOf(region).region, ...usd]);
  }
  console.log(table(months).join("\n"));
  const asked = stages[chosen]?.region ?? "";
  const { region, unverified } = pricesOf(asked);
  console.log(
    `\nThe bills of ${chosen}, at the prices of ${region}, for ${messages} messages one way.`,
  );
  if (region !== asked) {
    console.log(`There are no prices of ${asked} in bench/cost/prices.ts, so the sums differ.`);
  }
  for (const each of unverified) console.log(`Not seen in AWS's price list: ${each}.`);
  const template = templates[chosen] ?? {};
  for (const rows of await costTables(counts, template, region, messages, `as ${chosen} is`)) {
    console.log(`\n${table(rows).join("\n")}`);
  }
}

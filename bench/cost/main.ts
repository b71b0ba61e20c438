import { parseArgs } from "node:util";
import { prices } from "./prices.ts";
import { costReport, textOf } from "./report.ts";

const usage = `Usage: npm run cost -- [--messages N]

Counts what messages take, with the shipped bundles against services in memory, and prints the bills.

  --messages N  how many messages one way a bill is for (1e6)

Exit codes: 0 printed, 2 wrong usage.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const asked = read(args);
  if (typeof asked === "string") {
    process.stderr.write(`${asked}\n\n${usage}`);
    return 2;
  }
  if (asked.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  await printBills(asked.messages);
  return 0;
}

/** The options, or a sentence about wrong usage. */
function read(args: string[]) {
  const options = {
    messages: { type: "string", default: "1e6" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    const messages = Number(values.messages);
    if (!Number.isSafeInteger(messages) || messages < 1) {
      return "--messages: expected a whole number from 1 on, such as 1e6";
    }
    return { messages, isHelp: values.help };
  } catch (error) {
    return (error as Error).message;
  }
}

async function printBills(messages: number): Promise<void> {
  const { ways, statuses, picture, watch, idleMonth } = await costReport((line) =>
    console.error(line),
  );
  console.log(`USD for ${messages} messages one way, ${prices.region}, prices of ${prices.date}.`);
  console.log("Each line also shows the counted number per message.\n");
  for (const bill of [...ways, ...statuses, picture, ...Object.values(watch)])
    console.log(`${textOf(bill, messages)}\n`);
  console.log(`${textOf(idleMonth, 1)}   (per month, for any number of messages)`);
}

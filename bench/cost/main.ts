import { parseArgs } from "node:util";
import { prices } from "./prices.ts";
import { costReport, textOf } from "./report.ts";

const { values } = parseArgs({ options: { messages: { type: "string", default: "1e6" } } });
const messages = Number(values.messages);
if (!(messages > 0)) throw new Error("--messages wants a number, such as 1e6.");

const { ways, statuses, picture, watch, standing } = await costReport((line) =>
  console.error(line),
);
console.log(`USD for ${messages} messages one way, ${prices.region}, prices of ${prices.date}.`);
console.log("Beside each line: how many a message, as counted.\n");
for (const bill of [...ways, ...statuses, picture, ...Object.values(watch)])
  console.log(`${textOf(bill, messages)}\n`);
console.log(`${textOf(standing, 1)}   (a month, whatever the number of messages)`);

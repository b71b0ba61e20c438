import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { Counts } from "../counting/traffic.ts";
import { totalOf } from "./bill.ts";
import { pricesOf } from "./prices.ts";
import { costReport, shopMessagesPerDay } from "./report.ts";
import type { Bill, CostReport } from "./report.ts";
import { bridgeTemplates } from "./templates.ts";

const regions = ["us-east-1", "eu-west-1", "eu-central-1"] as const;
const shown = "eu-central-1";

/** The lines of a bill that are one row of the page. */
type Rows = Readonly<Record<string, RegExp>>;
const messageRows: Rows = {
  "HTTP API": /^HTTP API/,
  "webhook (invocation, GB-s)": /^webhook/,
  "SQS: send, receive, delete": /^SQS/,
  "sender (invocation, GB-s)": /^sender/,
  "INIT of both, one in a hundred": /^INIT/,
  "DynamoDB, write units": /^DynamoDB, write/,
  "DynamoDB, read units": /^DynamoDB, read/,
  "DynamoDB, 35 days of ledger and index": /^DynamoDB, (?:GB|index)/,
  "Secrets Manager": /^Secrets/,
  "logs, access log": /log/,
  egress: /^egress/,
};
const standingRows: Rows = {
  alarms: /^alarms/,
  "the dashboard": /^dashboard/,
  "secrets, and their reads by the caretaker": /^secrets|^Secrets/,
  "metrics of our own that are emitted every hour": /^metrics/,
  "the polling of empty queues": /^SQS/,
  "the caretaker and its lines, and 17,280 checks": /^caretaker|^DynamoDB|^logs|^checks/,
};

/** The tables of docs/costs-and-limits.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(
  counts: Counts,
  progress: (line: string) => void,
): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages, progress);
  const reports = await Promise.all(
    regions.map((region) => costReport(counts, pricesOf(region).prices, resources)),
  );
  const report = reports[regions.indexOf(shown)];
  if (report === undefined) throw new Error(`${shown} must be one of the regions.`);
  const { statuses, watch, picture } = report;
  const judged = ({ ways }: CostReport) => ways.filter(({ traffic }) => traffic !== "lonely");
  const perMonth = (title: string, usd: (report: CostReport) => number) =>
    cells(title, ...reports.map(usd));
  const perMillion = (title: string, { lines }: Bill) => cells(title, totalOf(lines) * 1e6);
  const months = [report.month, report.unwatchedMonth];
  return [
    [
      cells(`USD, ${shown}`, ...judged(report).map(({ title }) => title)),
      ...grouped(messageRows, judged(report), 1e6),
      ...reports.map((of, index) => totals(`total, ${regions[index]}`, judged(of), 1e6)),
    ],
    [
      cells(`USD, ${shown}`, "all alarms", "no monitoring"),
      ...grouped(standingRows, months, 1),
      totals("total", months, 1),
    ],
    [
      cells(`USD a month, ${shopMessagesPerDay} messages a day`, ...regions),
      perMonth("all alarms", ({ month }) => month.shopUsd),
      perMonth("all alarms, less the free tier", ({ month }) => month.shopUsdBeyondFree),
      perMonth("no monitoring", ({ unwatchedMonth }) => unwatchedMonth.shopUsd),
      perMonth(
        "no monitoring, less the free tier",
        ({ unwatchedMonth }) => unwatchedMonth.shopUsdBeyondFree,
      ),
    ],
    [
      cells("What", `USD, ${shown}`),
      perMillion(
        "an operator's message: its status, accepted at once in the same invocation",
        statuses[0],
      ),
      perMillion("its status, postponed, as a separate event", statuses[1]),
      perMillion("a customer's message: the reconcile of the next day", watch["to-amocrm"]),
      perMillion("an operator's message: the same", watch["to-telegram"]),
      perMillion("a customer's picture, once a week", picture),
    ],
  ].map((lines) => lines.join("\n"));
}

/** The rows of a table. Fails for a line that costs something and is not in exactly one row. */
export function grouped(rows: Rows, bills: readonly Bill[], factor: number): string[] {
  for (const { what, usd } of bills.flatMap(({ lines }) => lines)) {
    const fitting = Object.values(rows).filter((pattern) => pattern.test(what)).length;
    if (usd === 0 || fitting === 1) continue;
    throw new Error(`"${what}" is in ${fitting} rows of bench/cost/page.ts, expected one.`);
  }
  return Object.entries(rows).map(([title, pattern]) => {
    const parts = bills.map(({ lines }) => lines.filter(({ what }) => pattern.test(what)));
    return cells(title, ...parts.map((lines) => totalOf(lines) * factor));
  });
}

function totals(title: string, bills: readonly Bill[], factor: number): string {
  const bold = bills.map(({ lines }) => `**${(totalOf(lines) * factor).toFixed(2)}**`);
  return cells(`**${title}**`, ...bold);
}

function cells(...row: readonly (string | number)[]): string {
  const texts = row.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell));
  return `| ${texts.join(" | ")} |`;
}

import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { Counts } from "../counting/traffic.ts";
import { times, totalOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { pricesOf } from "./prices.ts";
import { costReport, freeOf, shopMessagesPerDay } from "./report.ts";
import type { Bill, CostReport } from "./report.ts";
import { bridgeTemplates } from "./templates.ts";

const regions = ["us-east-1", "eu-west-1", "eu-central-1"] as const;
const shown = "eu-central-1";
const million = 1e6;

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

/** The tables of docs/cost.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(
  counts: Counts,
  progress: (line: string) => void,
): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages, progress);
  const reports: CostReport[] = [];
  for (const region of regions) {
    reports.push(await costReport(counts, pricesOf(region).prices, resources));
  }
  const report = reports[regions.indexOf(shown)];
  if (report === undefined) throw new Error(`${shown} must be one of the regions.`);
  return [
    messagesTable(reports, report),
    standingTable(report),
    monthTable(reports),
    extrasTable(report),
  ];
}

function monthTable(reports: readonly CostReport[]): string {
  const row = (title: string, usd: (report: CostReport) => number) =>
    cells(
      title,
      reports.map((report) => usd(report).toFixed(2)),
    );
  const less = (lines: readonly BillLine[]) => totalOf(lines) - freeOf(lines);
  return [
    cells(`USD a month, ${shopMessagesPerDay} messages a day`, regions),
    row("all alarms", ({ month }) => totalOf(month.withShop)),
    row("all alarms, less the free tier", ({ month }) => less(month.withShop)),
    row("no monitoring", ({ unwatchedMonth }) => totalOf(unwatchedMonth.withShop)),
    row("no monitoring, less the free tier", ({ unwatchedMonth }) => less(unwatchedMonth.withShop)),
  ].join("\n");
}

function messagesTable(reports: readonly CostReport[], report: CostReport): string {
  const judged = ({ ways }: CostReport) => ways.filter(({ traffic }) => traffic !== "lonely");
  const totals = (of: CostReport) => judged(of).map(({ lines }) => bold(usd(lines, million)));
  return [
    cells(
      `USD, ${shown}`,
      judged(report).map(({ title }) => title),
    ),
    ...grouped(messageRows, judged(report), million),
    ...reports.map((of, index) => cells(`**total, ${regions[index]}**`, totals(of))),
  ].join("\n");
}

function standingTable({ month, unwatchedMonth }: CostReport): string {
  const both = [month, unwatchedMonth];
  return [
    cells(`USD, ${shown}`, ["all alarms", "no monitoring"]),
    ...grouped(standingRows, both, 1),
    cells(
      "**total**",
      both.map(({ lines }) => bold(usd(lines, 1))),
    ),
  ].join("\n");
}

function extrasTable({ statuses, watch, picture }: CostReport): string {
  const each = (title: string, { lines }: Bill) => cells(title, [usd(lines, million)]);
  const [accepted, postponed] = statuses;
  return [
    cells("What", [`USD, ${shown}`]),
    each("an operator's message: its status, accepted at once in the same invocation", accepted),
    each("its status, postponed, as a separate event", postponed),
    each("a customer's message: the reconcile of the next day", watch["to-amocrm"]),
    each("an operator's message: the same", watch["to-telegram"]),
    each("a customer's picture, once a week", picture),
  ].join("\n");
}

/** The rows of a table. Fails for a line that costs something and is not in exactly one row. */
export function grouped(rows: Rows, bills: readonly Bill[], factor: number): string[] {
  const patterns = Object.values(rows);
  for (const { what, usd } of bills.flatMap(({ lines }) => lines)) {
    const fitting = patterns.filter((pattern) => pattern.test(what)).length;
    if (usd === 0 || fitting === 1) continue;
    throw new Error(`"${what}" is in ${fitting} rows of bench/cost/page.ts, expected one.`);
  }
  return Object.entries(rows).map(([title, pattern]) =>
    cells(
      title,
      bills.map(({ lines }) =>
        usd(
          lines.filter(({ what }) => pattern.test(what)),
          factor,
        ),
      ),
    ),
  );
}

function usd(lines: readonly BillLine[], factor: number): string {
  return totalOf(times(lines, factor)).toFixed(2);
}

function bold(text: string): string {
  return `**${text}**`;
}

function cells(first: string, rest: readonly string[]): string {
  return `| ${[first, ...rest].join(" | ")} |`;
}

import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { times, totalOf } from "./bill.ts";
import type { BillLine } from "./bill.ts";
import { pricesOf } from "./prices.ts";
import { costReport } from "./report.ts";
import type { Bill, CostReport } from "./report.ts";
import { freeOf, monthWithMessages } from "./shop.ts";
import { bridgeTemplates } from "./templates.ts";
import type { Counts } from "./traffic.ts";
import { unwatched } from "./watched.ts";

const regions = ["us-east-1", "eu-west-1", "eu-central-1"] as const;
const shown = "eu-central-1";
const million = 1e6;
type Reports = Readonly<Record<(typeof regions)[number], CostReport>>;

/** The lines of a bill that are one row of the page. */
const rows: readonly (readonly [title: string, lines: RegExp])[] = [
  ["HTTP API", /^HTTP API/],
  ["webhook (invocation, GB-s)", /^webhook/],
  ["SQS: send, receive, delete", /^SQS/],
  ["sender (invocation, GB-s)", /^sender/],
  ["INIT of both, one in a hundred", /^INIT/],
  ["DynamoDB, write units", /^DynamoDB, write/],
  ["DynamoDB, read units", /^DynamoDB, read/],
  ["DynamoDB, 35 days of ledger and index", /^DynamoDB, (?:GB|index)/],
  ["Secrets Manager", /^Secrets/],
  ["logs, access log", /log/],
  ["egress", /^egress/],
];
const standingRows: typeof rows = [
  ["alarms", /^alarms/],
  ["the dashboard", /^dashboard/],
  ["secrets, and their reads by the caretaker", /^secrets|^Secrets/],
  ["metrics of our own that are emitted every hour", /^metrics/],
  ["the polling of empty queues", /^SQS/],
  ["the caretaker and its lines, and 17,280 checks", /^caretaker|^DynamoDB|^logs|^checks/],
];

/** The tables of docs/costs-and-limits.md: a bridge with all its alarms, at the prices of the three regions. */
export async function pageTables(
  counts: Counts,
  progress: (line: string) => void,
): Promise<readonly string[]> {
  const { laptop } = laptopStages;
  const stages = readStages({ laptop: { ...laptop, alarmEmail: "alarms@example.com" } });
  const { laptop: resources = {} } = await bridgeTemplates(stages, progress);
  const reports = Object.fromEntries(
    await Promise.all(
      regions.map(async (region) => {
        const { prices } = pricesOf(region);
        return [region, await costReport(counts, prices, resources)] as const;
      }),
    ),
  ) as Reports;
  return [
    messagesTable(reports),
    standingTable(reports[shown]),
    monthTable(reports),
    besidesTable(reports[shown]),
  ];
}

function messagesTable(reports: Reports): string {
  const judged = ({ ways }: CostReport) => ways.filter(({ traffic }) => traffic !== "lonely");
  const totals = (report: CostReport) => judged(report).map(({ lines }) => of(lines, million));
  return [
    cells(
      `USD, ${shown}`,
      judged(reports[shown]).map(({ title }) => title),
    ),
    ...grouped(rows, judged(reports[shown]), million),
    ...regions.map((region) => cells(`**total, ${region}**`, totals(reports[region]).map(bold))),
  ].join("\n");
}

function standingTable({ idleMonth, unwatchedMonth }: CostReport): string {
  const both = [idleMonth, unwatchedMonth];
  return [
    cells(`USD, ${shown}`, ["all alarms", "no monitoring"]),
    ...grouped(standingRows, both, 1),
    cells(
      "**total**",
      both.map(({ lines }) => bold(of(lines, 1))),
    ),
  ].join("\n");
}

function monthTable(reports: Reports): string {
  const noMonitoring = (report: CostReport) => ({
    ...report,
    idleMonth: report.unwatchedMonth,
    watched: unwatched(report.watched),
  });
  const month = (report: CostReport) => monthWithMessages(report, 500);
  const less = (lines: readonly BillLine[]) => (totalOf(lines) - freeOf(lines)).toFixed(2);
  return [
    cells("USD a month, 500 messages a day", regions),
    cells(
      "all alarms",
      regions.map((region) => of(month(reports[region]), 1)),
    ),
    cells(
      "all alarms, less the free tier",
      regions.map((region) => less(month(reports[region]))),
    ),
    cells(
      "no monitoring",
      regions.map((region) => of(month(noMonitoring(reports[region])), 1)),
    ),
    cells(
      "no monitoring, less the free tier",
      regions.map((region) => less(month(noMonitoring(reports[region])))),
    ),
  ].join("\n");
}

function besidesTable({ statuses, watch, picture }: CostReport): string {
  const each = (title: string, { lines }: Bill) => cells(title, [of(lines, million)]);
  const [acceptedAtOnce, postponed] = statuses;
  return [
    cells("What", [`USD, ${shown}`]),
    each(
      "an operator's message: its status, accepted at once in the same invocation",
      acceptedAtOnce,
    ),
    each("its status, postponed, as a separate event", postponed),
    each("a customer's message: the reconcile of the next day", watch["to-amocrm"]),
    each("an operator's message: the same", watch["to-telegram"]),
    each("a customer's picture, once a week", picture),
  ].join("\n");
}

function grouped(groups: typeof rows, bills: readonly Bill[], factor: number): string[] {
  return groups.map(([title, pattern]) =>
    cells(
      title,
      bills.map(({ lines }) =>
        of(
          lines.filter(({ what }) => pattern.test(what)),
          factor,
        ),
      ),
    ),
  );
}

function of(lines: readonly BillLine[], factor: number): string {
  return totalOf(times(lines, factor)).toFixed(2);
}

function bold(text: string): string {
  return `**${text}**`;
}

function cells(first: string, rest: readonly string[]): string {
  return `| ${[first, ...rest].join(" | ")} |`;
}

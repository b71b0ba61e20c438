import { historiesAtOnce } from "../../lambdas/caretaker/reconcile.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { sumOf } from "../counting/tally.ts";
import type { Counted, Tally } from "../counting/tally.ts";
import { assumedFrameBytes, assumedMillis, assumedStartShare, freePerMonth } from "./prices.ts";
import type { Stack } from "./stack.ts";

/** A line of a bill: its row on the page, its subject, and the number of units with their USD. */
export type BillLine = {
  readonly page: string;
  readonly what: string;
  readonly unit: keyof Stack["rates"];
  readonly each: number;
  readonly usd: number;
};

/** What a row can use: a counted run, and the stack. */
type Facts = ReturnType<typeof factsOf>;
/** A line before it is counted: page, subject, unit, and the number of units. */
type Row = readonly [string, string, BillLine["unit"], (facts: Facts) => number];

const hook = "webhook (invocation, GB-s)";
const sqs = "SQS: send, receive, delete";
const sender = "sender (invocation, GB-s)";
const init = "INIT of both, one in a hundred";
const period = `for ${ledgerDays} days`;
const kept = `DynamoDB, ${ledgerDays} days of ledger and index`;
const logs = "logs, access log";
const secrets = "secrets, and their reads by the caretaker";
const polls = "the polling of empty queues";
const care = "the caretaker and its lines, and 17,280 checks";
const metrics = "metrics of our own that are emitted every hour";
const board = "the dashboard";
const minutesPerMonth = 60 * 24 * 30;
const reads = /^secretsmanager/;
const statusCalls = /^amojo delivery_status$/;
const otherCalls = /^(?!amojo delivery_status$)/;

/** The rows of all bills, in the order of their lines. */
export const rows: Readonly<
  Record<"messages" | "statuses" | "search" | "month" | "writing", readonly Row[]>
> = {
  /** The messages of a run, without their status reports. */
  messages: [
    ["HTTP API", "HTTP API, requests", "httpApiRequests", (of) => of.fronts],
    [hook, "webhook, invocations", "lambdaRequests", (of) => of.fronts],
    [hook, "webhook, GB-s", "gigabyteSeconds", (of) => of.seconds.webhook],
    [sqs, "SQS, sends", "sqsRequests", ({ way }) => sumOf(way.requests, /SendMessage/)],
    [sqs, "SQS, receives and deletes", "sqsRequests", (of) => (2 * of.deliveries) / of.batchSize],
    [sender, "sender, invocations", "lambdaRequests", (of) => of.deliveries],
    [sender, "sender, GB-s", "gigabyteSeconds", (of) => of.seconds.sender],
    [init, "INIT of both, GB-s", "gigabyteSeconds", (of) => of.seconds.init * assumedStartShare],
    ["DynamoDB, write units", "DynamoDB, write units", "writeUnits", ({ way }) => way.writeUnits],
    ["DynamoDB, read units", "DynamoDB, read units", "readUnits", ({ way }) => way.readUnits],
    [kept, `DynamoDB, GB ${period}`, "tableStored", (of) => of.ledgerBytes.table / 1e9],
    [kept, `DynamoDB, index ${period}`, "indexStored", (of) => of.ledgerBytes.indexes / 1e9],
    ["S3, puts", "S3, puts", "s3Puts", ({ way }) => sumOf(way.requests, /^s3/)],
    [
      "Secrets Manager",
      "Secrets Manager, reads",
      "secretReads",
      ({ way }) => sumOf(way.requests, reads),
    ],
    [logs, "logs of the functions, GB", "logGigabytes", ({ way }) => way.logBytes / 1e9],
    [logs, "access log, GB", "accessLogGigabytes", (of) => (of.fronts * of.accessLogBytes) / 1e9],
    ["egress", "egress to the vendors, GB", "egressGigabytes", (of) => egress(of.way, otherCalls)],
  ],
  /** The status reports, in the invocations that delivered the messages. */
  statuses: [
    ["", "status calls, GB-s of the sender", "gigabyteSeconds", (of) => of.seconds.status],
    ["", "status calls, egress, GB", "egressGigabytes", ({ way }) => egress(way, statusCalls)],
  ],
  /** The search for lost hooks: the difference between a caretaker's day with and without messages. */
  search: [
    ["", "caretaker, GB-s", "gigabyteSeconds", (of) => of.seconds.search],
    ["", "DynamoDB, read units", "readUnits", (of) => of.caretaker.readUnits],
    ["", "egress to amoCRM, GB", "egressGigabytes", (of) => egress(of.caretaker)],
  ],
  /** A month without messages. */
  month: [
    [secrets, "secrets", "secrets", (of) => of.secrets],
    // Lambda begins with five pollers a queue, each asking three times a minute.
    [polls, "SQS, receives of empty queues", "sqsRequests", () => 2 * 5 * 3 * minutesPerMonth],
    [care, "caretaker, invocations", "lambdaRequests", () => minutesPerMonth],
    [care, "caretaker, GB-s", "gigabyteSeconds", (of) => of.seconds.caretaker / of.months],
    [care, "DynamoDB, read units", "readUnits", (of) => of.caretaker.readUnits / of.months],
    [secrets, "Secrets Manager, reads", "secretReads", (of) => of.secretReads / of.months],
    [care, "logs, GB", "logGigabytes", (of) => of.caretaker.logBytes / 1e9 / of.months],
    [care, "checks through the webhooks", "checks", (of) => of.checks / of.months],
    // And CheckLatency: the sender emits it for a check; the checks of the counted run end before it.
    [metrics, "metrics without messages", "metrics", (of) => of.caretaker.metrics.length + 1],
    ["alarms", "alarms, by metrics", "alarmMetrics", (of) => of.alarmMetrics],
    ["alarms", "alarms over alarms", "compositeAlarms", (of) => of.composites],
    [board, "dashboards", "dashboards", (of) => of.smallDashboards],
    [board, "dashboards, large", "largeDashboards", (of) => of.dashboards - of.smallDashboards],
  ],
  /** What a month with messages has in addition to their lines. */
  writing: [["", "metrics of messages", "metrics", (of) => of.messageMetrics]],
};

/** Puts a counted run and a stack together. */
export function factsOf(counted: Counted, stack: Stack) {
  const { way, caretaker, invocations } = counted;
  const { gigabyteSeconds, senderMillis } = stack;
  const webhook = "TelegramWebhook" in invocations ? "TelegramWebhook" : "AmocrmWebhook";
  const [fronts = 0, deliveries = 0] = [invocations[webhook], invocations["DeliverySender"]];
  // The webhook makes only one send per message. Its few reads of a secret do not matter.
  const sending = fronts * assumedMillis.sqs;
  const sent = deliveries * senderMillis + waitingMillis(way, otherCalls) - sending;
  const statuses = sumOf(way.vendorCalls, statusCalls);
  const watched = caretaker.runs * assumedMillis.caretaker + waitingMillis(caretaker);
  // With many active chats, when this matters, the caretaker checks that many chats in parallel.
  const search = waitingMillis({ ...caretaker, besides: 0 }) / historiesAtOnce;
  const seconds = {
    webhook: gigabyteSeconds(webhook, fronts * assumedMillis.webhook + sending),
    sender: gigabyteSeconds("DeliverySender", sent),
    init:
      gigabyteSeconds(webhook, fronts * assumedMillis.webhookInit) +
      gigabyteSeconds("DeliverySender", deliveries * assumedMillis.senderInit),
    status: gigabyteSeconds("DeliverySender", statuses * assumedMillis.vendor),
    search: gigabyteSeconds("Caretaker", search),
    caretaker: gigabyteSeconds("Caretaker", watched),
  };
  const secretReads = sumOf(caretaker.requests, reads);
  const checks = sumOf(caretaker.vendorCalls, /^bridge check/);
  /** The caretaker runs every minute. */
  const months = caretaker.runs / minutesPerMonth;
  return { ...counted, ...stack, fronts, deliveries, seconds, secretReads, checks, months };
}

/** The lines of these rows. */
export function billOf(rows: readonly Row[], facts: Facts): BillLine[] {
  return rows.map(([page, what, unit, eachOf]) => {
    const each = eachOf(facts);
    return { page, what, unit, each, usd: each * facts.rates[unit] };
  });
}

/** The sum of a bill in USD. */
export function totalOf(bill: readonly BillLine[]): number {
  return bill.reduce((total, { usd }) => total + usd, 0);
}

/** The lines, less those of a bill with the same rows, for so many times what they are for. */
export function times(
  lines: readonly BillLine[],
  factor: number,
  without: readonly BillLine[] = [],
): BillLine[] {
  return lines.map((line, index) => {
    const { each = 0, usd = 0 } = without[index] ?? {};
    return { ...line, each: (line.each - each) * factor, usd: (line.usd - usd) * factor };
  });
}

/** The USD of a month's bill that an account does not pay if it has nothing else in AWS. */
export function freeOf(month: readonly BillLine[]): number {
  return Object.entries(freePerMonth).reduce((saved, [kind, amount]) => {
    const lines = month.filter(({ unit }) => unit.replace("accessLog", "log") === kind);
    const used = lines.reduce((sum, { each }) => sum + each, 0);
    return used === 0 ? saved : saved + totalOf(lines) * Math.min(1, amount / used);
  }, 0);
}

/** The wait of the functions with the assumed duration of requests. Parallel requests count as one wait. */
function waitingMillis({ requests, vendorCalls, besides }: Tally, which = /./): number {
  const services = ["dynamodb", "sqs", "secretsmanager", "s3"] as const;
  return services.reduce(
    (sum, name) => sum + sumOf(requests, new RegExp(`^${name}`)) * assumedMillis[name],
    sumOf(vendorCalls, which) * assumedMillis.vendor - besides * assumedMillis.dynamodb,
  );
}

/** Gigabytes to the vendors: heads and bodies as counted, with the frames around them. */
function egress({ vendorCalls, vendorBytes }: Tally, which = /./): number {
  return (sumOf(vendorBytes, which) + sumOf(vendorCalls, which) * assumedFrameBytes) / 1e9;
}

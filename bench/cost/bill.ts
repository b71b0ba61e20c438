import { historiesAtOnce } from "../../lambdas/caretaker/reconcile.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { sumOf } from "../counting/counts.ts";
import type { Counted, Tally } from "../counting/counts.ts";
import { total } from "../figure.ts";
import { assumedFrameBytes, assumedMillis, assumedStartShare, freePerMonth } from "./prices.ts";
import type { Stack } from "./stack.ts";

/** A line of a bill: its row on the page, and the number of units with their USD. */
export type BillLine = {
  readonly title: string;
  readonly unit: keyof Stack["rates"];
  readonly each: number;
  readonly usd: number;
};

/** What a row can use: a counted run, and the stack. */
type Facts = ReturnType<typeof factsOf>;
export type Kind = "messages" | "statuses" | "search" | "month" | "writing";
/** A line before it is counted: title, unit, and the number of units. */
type Row = readonly [string, BillLine["unit"], (facts: Facts) => number];

const hook = "webhook (invocation, GB-s)";
const sender = "sender (invocation, GB-s)";
const kept = `DynamoDB, ${ledgerDays} days of ledger and index`;
const logs = "logs, access log";
const secrets = "secrets, and their reads by the caretaker";
const care = "the caretaker and its lines, and 17,280 checks";
const search = "the search for lost hooks";
const queues = "SQS: send, receive, delete";
const hourly = "metrics of our own that are emitted every hour";
const board = "the dashboard";
const minutesPerMonth = 60 * 24 * 30;
const reads = /^secretsmanager/;
const statusCalls = /^amojo delivery_status$/;
const otherCalls = /^(?!amojo delivery_status$)/;
const toVendors = /^(?:telegram|amojo|amocrm|bridge) /;

/** The rows of all bills, in the order of their lines. */
const rows: Readonly<Record<Kind, readonly Row[]>> = {
  /** The messages of a run, without their status reports. */
  messages: [
    ["HTTP API", "httpApiRequests", (of) => of.fronts],
    [hook, "lambdaRequests", (of) => of.fronts],
    [hook, "gigabyteSeconds", (of) => of.seconds.webhook],
    [queues, "sqsRequests", (of) => sumOf(of.way.calls, /SendMessage/) + 2 * of.deliveries],
    [sender, "lambdaRequests", (of) => of.deliveries],
    [sender, "gigabyteSeconds", (of) => of.seconds.sender],
    ["INIT of both, one in a hundred", "gigabyteSeconds", (of) => of.seconds.init],
    ["DynamoDB, write units", "writeUnits", ({ way }) => way.writeUnits],
    ["DynamoDB, read units", "readUnits", ({ way }) => way.readUnits],
    [kept, "tableStored", (of) => of.ledgerBytes.table / 1e9],
    [kept, "indexStored", (of) => of.ledgerBytes.indexes / 1e9],
    ["S3, puts", "s3Puts", ({ way }) => sumOf(way.calls, /^s3/)],
    ["Secrets Manager", "secretReads", ({ way }) => sumOf(way.calls, reads)],
    [logs, "logGigabytes", ({ way }) => way.logBytes / 1e9],
    [logs, "accessLogGigabytes", (of) => (of.fronts * of.accessLogBytes) / 1e9],
    ["egress", "egressGigabytes", ({ way }) => egress(way, otherCalls)],
  ],
  /** The status reports, in the invocations that delivered the messages. */
  statuses: [
    ["status calls", "gigabyteSeconds", (of) => of.seconds.status],
    ["status calls", "egressGigabytes", ({ way }) => egress(way, statusCalls)],
  ],
  /** The search for lost hooks: the difference between a caretaker's day with and without messages. */
  search: [
    [search, "gigabyteSeconds", (of) => of.seconds.search],
    [search, "readUnits", ({ caretaker }) => caretaker.readUnits],
    [search, "egressGigabytes", ({ caretaker }) => egress(caretaker)],
  ],
  /** A month without messages. */
  month: [
    [secrets, "secrets", (of) => of.secrets],
    // Lambda begins with five pollers a queue, each asking three times a minute.
    ["the polling of empty queues", "sqsRequests", () => 2 * 5 * 3 * minutesPerMonth],
    [care, "lambdaRequests", () => minutesPerMonth],
    [care, "gigabyteSeconds", (of) => of.seconds.caretaker / of.months],
    // The report of each run.
    [care, "writeUnits", (of) => of.caretaker.writeUnits / of.months],
    [care, "readUnits", (of) => of.caretaker.readUnits / of.months],
    [secrets, "secretReads", (of) => sumOf(of.caretaker.calls, reads) / of.months],
    [care, "logGigabytes", (of) => of.caretaker.logBytes / 1e9 / of.months],
    [care, "checks", (of) => sumOf(of.caretaker.calls, /^bridge check/) / of.months],
    // And CheckLatency: the sender emits it for a check; the checks of the counted run end before it.
    [hourly, "metrics", (of) => of.caretaker.metrics.length + 1],
    ["alarms", "alarmMetrics", (of) => of.alarmMetrics],
    ["alarms", "compositeAlarms", (of) => of.composites],
    [board, "dashboards", (of) => of.smallDashboards],
    [board, "largeDashboards", (of) => of.dashboards - of.smallDashboards],
  ],
  /** What a month with messages has in addition to their lines. */
  writing: [["metrics of messages", "metrics", (of) => of.messageMetrics]],
};

/** Puts a counted run and a stack together. */
function factsOf(counted: Counted, stack: Stack) {
  const { way, caretaker, invocations } = counted;
  const { gigabyteSeconds } = stack;
  const webhook = "TelegramWebhook" in invocations ? "TelegramWebhook" : "AmocrmWebhook";
  const [fronts = 0, deliveries = 0] = [invocations[webhook], invocations["DeliverySender"]];
  // The webhook makes only one send per message. Its few reads of a secret do not matter.
  const sending = fronts * assumedMillis.sqs;
  const sent = deliveries * assumedMillis.sender + waitingMillis(way, otherCalls) - sending;
  const watched = caretaker.runs * assumedMillis.caretaker + waitingMillis(caretaker);
  const inits =
    gigabyteSeconds(webhook, fronts * assumedMillis.webhookInit) +
    gigabyteSeconds("DeliverySender", deliveries * assumedMillis.senderInit);
  const seconds = {
    webhook: gigabyteSeconds(webhook, fronts * assumedMillis.webhook + sending),
    sender: gigabyteSeconds("DeliverySender", sent),
    init: inits * assumedStartShare,
    status: gigabyteSeconds("DeliverySender", sumOf(way.calls, statusCalls) * assumedMillis.vendor),
    // With many active chats, when this matters, the caretaker checks that many chats in parallel.
    search:
      gigabyteSeconds("Caretaker", waitingMillis({ ...caretaker, besides: 0 })) / historiesAtOnce,
    caretaker: gigabyteSeconds("Caretaker", watched),
  };
  /** The caretaker runs every minute. */
  const months = caretaker.runs / minutesPerMonth;
  return { ...counted, ...stack, fronts, deliveries, seconds, months };
}

/** The lines of a kind of bill, for all messages of a counted run. */
export function billOf(kind: Kind, counted: Counted, stack: Stack): BillLine[] {
  const facts = factsOf(counted, stack);
  return rows[kind].map(([title, unit, eachOf]) => {
    const each = eachOf(facts);
    return { title, unit, each, usd: each * facts.rates[unit] };
  });
}

/** The sum of a bill in USD. */
export function totalOf(bill: readonly BillLine[]): number {
  return total(bill, ({ usd }) => usd);
}

/** The lines for so many times what they are for. */
export function times(lines: readonly BillLine[], factor: number): BillLine[] {
  return lines.map((line) => ({ ...line, each: line.each * factor, usd: line.usd * factor }));
}

/** The USD of a month's bill that an account does not pay if it has nothing else in AWS. */
export function freeOf(month: readonly BillLine[]): number {
  return total(Object.entries(freePerMonth), ([kind, amount]) => {
    const lines = month.filter(({ unit }) => unit.replace("accessLog", "log") === kind);
    const used = total(lines, ({ each }) => each);
    return used === 0 ? 0 : totalOf(lines) * Math.min(1, amount / used);
  });
}

/** The wait of the functions with the assumed duration of calls. Parallel requests count as one wait. */
function waitingMillis({ calls, besides }: Tally, which = /./): number {
  const assumed: Readonly<Record<string, number>> = assumedMillis;
  const waits = Object.entries(calls).filter(([name]) => which.test(name));
  const millis = total(
    waits,
    ([name, count]) => count * (assumed[name.split(" ")[0] ?? ""] ?? assumedMillis.vendor),
  );
  return millis - besides * assumedMillis.dynamodb;
}

/** Gigabytes to the vendors: heads and bodies as counted, with the frames around them. */
function egress({ calls, bytes }: Tally, which = /./): number {
  const names = Object.keys(calls).filter((name) => toVendors.test(name) && which.test(name));
  return total(names, (name) => (bytes[name] ?? 0) + (calls[name] ?? 0) * assumedFrameBytes) / 1e9;
}

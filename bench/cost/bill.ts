import { historiesAtOnce } from "../../lambdas/caretaker/reconcile.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { requestsOf } from "../counting/tally.ts";
import type { Counted, Tally } from "../counting/tally.ts";
import type { Assembly, FunctionName } from "../world/assembly.ts";
import { assumedFrameBytes, assumedMillis, assumedStartShare } from "./prices.ts";
import type { freePerMonth, Prices } from "./prices.ts";

const statusCall = "amojo delivery_status";

/** One line of a bill: its subject, the number for one message or one month, and their USD. */
export type BillLine = {
  readonly what: string;
  readonly each: number;
  readonly usd: number;
  /** The free amount of an account that covers the number. */
  readonly free: keyof typeof freePerMonth | keyof Prices | "none";
};

/** The prices of a region, and the values of the template that have a price. */
export type Terms = {
  readonly prices: Prices;
  readonly memoryGigabytes: Readonly<Record<FunctionName, number>>;
  readonly batchSize: number;
  readonly accessLogBytes: number;
  readonly accessLogClass: "logGigabytes" | "infrequentLogGigabytes";
};

const typicalValues: Readonly<Record<string, string>> = {
  requestId: "JKJaXmPLvHcESHA=",
  routeKey: "POST /amocrm/{scopeId}",
  status: "200",
  responseLatency: "12",
};

/** Reads them. Fails for a stack with parts that the model does not know. */
export function termsOf(
  { properties }: Assembly,
  queue: "ToAmocrm" | "ToTelegram",
  prices: Prices,
): Terms {
  const memory = (name: FunctionName) => {
    const { Architectures, MemorySize } = properties("AWS::Lambda::Function", name);
    if (String(Architectures) !== "arm64") throw new Error(`${name} does not run on arm64.`);
    return Number(MemorySize) / 1024;
  };
  const { ProtocolType } = properties("AWS::ApiGatewayV2::Api", "Webhooks");
  const { FifoQueue } = properties("AWS::SQS::Queue", `${queue}Queue`);
  if (ProtocolType !== "HTTP" || FifoQueue !== true) throw new Error("Another stack than priced.");
  const { AccessLogSettings } = properties<{ AccessLogSettings: { Format: string } }>(
    "AWS::ApiGatewayV2::Stage",
    "Webhooks",
  );
  const { LogGroupClass } = properties("AWS::Logs::LogGroup", "WebhooksAccessLines");
  const { BatchSize } = properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`);
  const accessLine = AccessLogSettings.Format.replaceAll(
    /\$context\.(\w+)/g,
    (_, name: string) => typicalValues[name] ?? "-",
  );
  return {
    prices,
    memoryGigabytes: {
      TelegramWebhook: memory("TelegramWebhook"),
      AmocrmWebhook: memory("AmocrmWebhook"),
      DeliverySender: memory("DeliverySender"),
      Caretaker: memory("Caretaker"),
    },
    batchSize: Number(BatchSize),
    accessLogBytes: accessLine.length,
    accessLogClass:
      LogGroupClass === "INFREQUENT_ACCESS" ? "infrequentLogGigabytes" : "logGigabytes",
  };
}

/** The cost of one message, line by line, from the counts, without its status report. */
export function billOf(counted: Counted, terms: Terms): BillLine[] {
  const { way, messages, invocations, ledgerBytes } = counted;
  const { prices } = terms;
  const line = linesAt(prices);
  const webhook = (invocations["TelegramWebhook"] ?? 0) > 0 ? "TelegramWebhook" : "AmocrmWebhook";
  const fronts = invocations[webhook] ?? 0;
  const deliveries = invocations["DeliverySender"] ?? 0;
  const vendors = Object.fromEntries(
    Object.entries(way.vendors).filter(([name]) => name !== statusCall),
  );
  // The webhook makes only one send per message. Its few reads of a secret do not matter.
  const webhookMillis = fronts * (assumedMillis.own[webhook] + assumedMillis.sqs);
  const senderMillis =
    deliveries * senderOwnMillis(terms) +
    waitingMillis({ ...way, vendors }) -
    fronts * assumedMillis.sqs;
  const { init } = assumedMillis;
  const initSeconds =
    gigabyteSeconds(fronts * init[webhook], webhook, terms) +
    gigabyteSeconds(deliveries * init.DeliverySender, "DeliverySender", terms);
  const monthsKept = ledgerDays / 30;
  const [tableGigabytes, indexGigabytes] = [ledgerBytes.table, ledgerBytes.indexes].map(
    (bytes) => (bytes * messages) / 1e9,
  ) as [number, number];
  const tablePrice = prices.tableGigabytes + prices.recoveryGigabytes;
  return times(
    [
      line("HTTP API, requests", fronts, "httpApiRequests"),
      line("webhook, invocations", fronts, "lambdaRequests"),
      line("webhook, GB-s", gigabyteSeconds(webhookMillis, webhook, terms), "gigabyteSeconds"),
      line("SQS, sends", requestsOf(way, /SendMessage/), "sqsRequests"),
      line("SQS, receives and deletes", (2 * deliveries) / terms.batchSize, "sqsRequests"),
      line("sender, invocations", deliveries, "lambdaRequests"),
      line(
        "sender, GB-s",
        gigabyteSeconds(senderMillis, "DeliverySender", terms),
        "gigabyteSeconds",
      ),
      line("INIT of both, GB-s", initSeconds * assumedStartShare, "gigabyteSeconds"),
      line("DynamoDB, write units", way.writeUnits, "writeUnits"),
      line("DynamoDB, read units", way.readUnits, "readUnits"),
      {
        ...line(`DynamoDB, GB for ${ledgerDays} days`, tableGigabytes, "tableGigabytes"),
        usd: tableGigabytes * tablePrice * monthsKept,
      },
      {
        ...line(`DynamoDB, index for ${ledgerDays} days`, indexGigabytes, "tableGigabytes"),
        usd: indexGigabytes * prices.tableGigabytes * monthsKept,
      },
      line("S3, puts", requestsOf(way, /^s3/), "s3Puts"),
      line("Secrets Manager, reads", requestsOf(way, /^secretsmanager/), "secretReads"),
      line("logs of the functions, GB", way.logBytes / 1e9, "logGigabytes"),
      line(
        "access log, GB",
        (fronts * terms.accessLogBytes) / 1e9,
        terms.accessLogClass,
        "logGigabytes",
      ),
      line("egress to the vendors, GB", egressGigabytes(vendors), "egressGigabytes"),
    ],
    1 / messages,
  );
}

/** The extra cost of a status report in the invocation that delivered the message. */
export function inlineStatusBillOf({ way, messages }: Counted, terms: Terms): BillLine[] {
  const line = linesAt(terms.prices);
  const vendors = { [statusCall]: way.vendors[statusCall] ?? { calls: 0, bytes: 0 } };
  const millis = waitingMillis({ requests: {}, besides: 0, vendors });
  const seconds = gigabyteSeconds(millis, "DeliverySender", terms);
  const lines = [
    line("status calls, GB-s of the sender", seconds, "gigabyteSeconds"),
    line("status calls, egress, GB", egressGigabytes(vendors), "egressGigabytes"),
  ];
  return times(lines, 1 / messages);
}

/** The extra cost of the caretaker for these messages, compared with a time without messages. */
export function watchBillOf(counted: Counted, idle: Counted, terms: Terms): BillLine[] {
  const { caretaker, messages } = counted;
  const line = linesAt(terms.prices);
  const runs = caretaker.runs / idle.caretaker.runs;
  const more = (of: (tally: Tally) => number) => of(caretaker) - of(idle.caretaker) * runs;
  // With many active chats, when this matters, the caretaker checks that many chats in parallel.
  const millis = more((tally) => waitingMillis({ ...tally, besides: 0 })) / historiesAtOnce;
  const egress = more(({ vendors }) => egressGigabytes(vendors));
  const lines = [
    line("caretaker, GB-s", gigabyteSeconds(millis, "Caretaker", terms), "gigabyteSeconds"),
    line(
      "DynamoDB, read units",
      more((tally) => tally.readUnits),
      "readUnits",
    ),
    line("egress to amoCRM, GB", egress, "egressGigabytes"),
  ];
  return times(lines, 1 / messages);
}

/** The sum of a bill in USD. */
export function totalOf(bill: readonly BillLine[]): number {
  return bill.reduce((total, { usd }) => total + usd, 0);
}

/** Makes lines with a number of units at the price of one unit. A free amount has the unit's name. */
export function linesAt(prices: Prices) {
  return (
    what: string,
    each: number,
    unit: keyof Prices,
    free: BillLine["free"] = unit,
  ): BillLine => ({ what, each, usd: each * prices[unit], free });
}

/** The same lines for so many times what they are for. */
export function times(lines: readonly BillLine[], factor: number): BillLine[] {
  return lines.map((each) => ({ ...each, each: each.each * factor, usd: each.usd * factor }));
}

/** The wait of the functions with the assumed duration of requests. Parallel requests count as one wait. */
export function waitingMillis(tally: Pick<Tally, "requests" | "besides" | "vendors">): number {
  const waits = (["dynamodb", "sqs", "secretsmanager", "s3"] as const).map(
    (service) => requestsOf(tally, new RegExp(`^${service}`)) * assumedMillis[service],
  );
  const ofVendors = callsOf(tally.vendors) * assumedMillis.vendor;
  const saved = tally.besides * assumedMillis.dynamodb;
  return waits.reduce((sum, each) => sum + each, ofVendors) - saved;
}

/** The sender's own work in one delivery. Fails for a memory size without a measurement. */
export function senderOwnMillis({ memoryGigabytes }: Terms): number {
  const megabytes = memoryGigabytes.DeliverySender * 1024;
  const millis = assumedMillis.senderOwn[megabytes];
  if (millis !== undefined) return millis;
  throw new Error(`There is no measurement of the sender with ${megabytes} MB.`);
}

/** The gigabyte-seconds that Lambda charges for a run. */
export function gigabyteSeconds(millis: number, name: FunctionName, terms: Terms): number {
  return (millis / 1000) * terms.memoryGigabytes[name];
}

function callsOf(vendors: Tally["vendors"]): number {
  return Object.values(vendors).reduce((total, { calls }) => total + calls, 0);
}

/** Heads and bodies as counted, with the frames around them. */
function egressGigabytes(vendors: Tally["vendors"]): number {
  const bytes = Object.values(vendors).reduce((total, each) => total + each.bytes, 0);
  return (bytes + callsOf(vendors) * assumedFrameBytes) / 1e9;
}

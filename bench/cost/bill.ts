import { historiesAtOnce } from "../../lambdas/caretaker/reconcile.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import type { Counted } from "../counting/scenario.ts";
import { requestsOf } from "../counting/tally.ts";
import type { Tally } from "../counting/tally.ts";
import type { Assembly, FunctionName } from "../world/assembly.ts";
import { assumedFrameBytes, assumedMillis, assumedStartShare } from "./prices.ts";
import type { FreeKind, Prices } from "./prices.ts";
import { callsOf, gigabyteSeconds, senderOwnMillis, waitingMillis } from "./time.ts";
import type { Terms } from "./time.ts";

const statusCall = "amojo delivery_status";

/** One line of a bill: its subject, the number per message, and USD per message. */
export type BillLine = {
  readonly what: string;
  readonly each: number;
  readonly usd: number;
  /** The free amount of an account that covers the number. */
  readonly free?: FreeKind | undefined;
};

const typicalValues: Readonly<Record<string, string>> = {
  requestId: "JKJaXmPLvHcESHA=",
  routeKey: "POST /amocrm/{scopeId}",
  status: "200",
  responseLatency: "12",
};

/** Reads them. Fails for a stack with parts that the model does not know. */
export function termsOf(
  assembly: Assembly,
  queue: "ToAmocrm" | "ToTelegram",
  prices: Prices,
): Terms {
  const memory = (name: FunctionName) => {
    const { Architectures, MemorySize } = assembly.properties("AWS::Lambda::Function", name);
    if (String(Architectures) !== "arm64") throw new Error(`${name} does not run on arm64.`);
    return Number(MemorySize) / 1024;
  };
  const { ProtocolType } = assembly.properties("AWS::ApiGatewayV2::Api", "Webhooks");
  const { FifoQueue } = assembly.properties("AWS::SQS::Queue", `${queue}Queue`);
  if (ProtocolType !== "HTTP" || FifoQueue !== true) throw new Error("Another stack than priced.");
  const stage = assembly.properties("AWS::ApiGatewayV2::Stage", "Webhooks");
  const { Format } = stage["AccessLogSettings"] as { Format: string };
  const { LogGroupClass } = assembly.properties("AWS::Logs::LogGroup", "WebhooksAccessLines");
  const isInfrequent = LogGroupClass === "INFREQUENT_ACCESS";
  const source = assembly.properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`);
  return {
    prices,
    memoryGigabytes: {
      TelegramWebhook: memory("TelegramWebhook"),
      AmocrmWebhook: memory("AmocrmWebhook"),
      DeliverySender: memory("DeliverySender"),
      Caretaker: memory("Caretaker"),
    },
    batchSize: Number(source["BatchSize"]),
    accessLogBytes: Format.replaceAll(/\$context\.(\w+)/g, (_, name) => typicalValues[name] ?? "-")
      .length,
    accessLogPerGigabyte: isInfrequent ? prices.infrequentLogsPerGigabyte : prices.logsPerGigabyte,
  };
}

/** The cost of one message, line by line, from the counts, without its status report. */
export function billOf(counted: Counted, terms: Terms): BillLine[] {
  const { way, messages, invocations } = counted;
  const { prices } = terms;
  const webhook = (invocations["TelegramWebhook"] ?? 0) > 0 ? "TelegramWebhook" : "AmocrmWebhook";
  const fronts = invocations[webhook] ?? 0;
  const deliveries = invocations["DeliverySender"] ?? 0;
  const vendors = withoutStatus(way);
  // The webhook makes only one send per message. Its few reads of a secret do not matter.
  const webhookMillis = fronts * (assumedMillis.own[webhook] + assumedMillis.sqs);
  const senderMillis =
    deliveries * senderOwnMillis(terms) +
    waitingMillis({ ...way, vendors }) -
    fronts * assumedMillis.sqs;
  const init =
    gigabyteSeconds(fronts * assumedMillis.init[webhook], webhook, terms) +
    gigabyteSeconds(deliveries * assumedMillis.init.DeliverySender, "DeliverySender", terms);
  const polls = (2 * deliveries) / terms.batchSize;
  const { table, indexes } = counted.ledgerBytes;
  const gigabytes = (bytes: number) => (bytes * messages) / 1e9;
  const monthsKept = ledgerDays / 30;
  const tablePrice = prices.dynamodbPerGigabyteMonth + prices.dynamodbRecoveryPerGigabyteMonth;
  const secretReads = requestsOf(way, /^secretsmanager/);
  const seconds = (what: string, each: number) =>
    line(what, each, prices.lambdaPerGigabyteSecond, "gigabyteSeconds");
  const runs = (what: string, each: number) =>
    line(what, each, prices.lambdaPerMillion / 1e6, "lambdaRequests");
  const queue = (what: string, each: number) =>
    line(what, each, prices.sqsFifoPerMillion / 1e6, "sqsRequests");
  return perMessage(messages, [
    line("HTTP API, requests", fronts, prices.httpApiPerMillion / 1e6),
    runs("webhook, invocations", fronts),
    seconds("webhook, GB-s", gigabyteSeconds(webhookMillis, webhook, terms)),
    queue("SQS, sends", requestsOf(way, /SendMessage/)),
    queue("SQS, receives and deletes", polls),
    runs("sender, invocations", deliveries),
    seconds("sender, GB-s", gigabyteSeconds(senderMillis, "DeliverySender", terms)),
    seconds("INIT of both, GB-s", init * assumedStartShare),
    line("DynamoDB, write units", way.writeUnits, prices.dynamodbPerMillionWriteUnits / 1e6),
    line("DynamoDB, read units", way.readUnits, prices.dynamodbPerMillionReadUnits / 1e6),
    line(`DynamoDB, GB for ${ledgerDays} days`, gigabytes(table), tablePrice * monthsKept),
    line(
      `DynamoDB, index for ${ledgerDays} days`,
      gigabytes(indexes),
      prices.dynamodbPerGigabyteMonth * monthsKept,
    ),
    line("S3, puts", requestsOf(way, /^s3/), prices.s3PerMillionPuts / 1e6),
    line("Secrets Manager, reads", secretReads, prices.secretsPerMillionReads / 1e6),
    line("logs of the functions, GB", way.logBytes / 1e9, prices.logsPerGigabyte, "logGigabytes"),
    line(
      "access log, GB",
      (fronts * terms.accessLogBytes) / 1e9,
      terms.accessLogPerGigabyte,
      "logGigabytes",
    ),
    line(
      "egress to the vendors, GB",
      egressGigabytes(vendors),
      prices.egressPerGigabyte,
      "egressGigabytes",
    ),
  ]);
}

/** The extra cost of a status report in the invocation that delivered the message. */
export function inlineStatusBillOf({ way, messages }: Counted, terms: Terms): BillLine[] {
  const { prices } = terms;
  const vendors = { [statusCall]: way.vendors[statusCall] ?? { calls: 0, bytes: 0 } };
  const millis = waitingMillis({ requests: {}, besides: 0, vendors });
  const gigabytes = gigabyteSeconds(millis, "DeliverySender", terms);
  return perMessage(messages, [
    line(
      "status calls, GB-s of the sender",
      gigabytes,
      prices.lambdaPerGigabyteSecond,
      "gigabyteSeconds",
    ),
    line(
      "status calls, egress, GB",
      egressGigabytes(vendors),
      prices.egressPerGigabyte,
      "egressGigabytes",
    ),
  ]);
}

/** The extra cost of the caretaker for these messages, compared with a time without messages. */
export function watchBillOf(counted: Counted, idle: Counted, terms: Terms): BillLine[] {
  const { caretaker, messages } = counted;
  const { prices } = terms;
  const runs = caretaker.runs / idle.caretaker.runs;
  const more = (of: (tally: Tally) => number) => of(caretaker) - of(idle.caretaker) * runs;
  // With many active chats, when this matters, the caretaker checks that many chats in parallel.
  const millis = more((tally) => waitingMillis({ ...tally, besides: 0 })) / historiesAtOnce;
  return perMessage(messages, [
    line(
      "caretaker, GB-s",
      gigabyteSeconds(millis, "Caretaker", terms),
      prices.lambdaPerGigabyteSecond,
      "gigabyteSeconds",
    ),
    line(
      "DynamoDB, read units",
      more((tally) => tally.readUnits),
      prices.dynamodbPerMillionReadUnits / 1e6,
    ),
    line(
      "egress to amoCRM, GB",
      more(({ vendors }) => egressGigabytes(vendors)),
      prices.egressPerGigabyte,
      "egressGigabytes",
    ),
  ]);
}

/** The sum of a bill in USD. */
export function totalOf(bill: readonly BillLine[]): number {
  return bill.reduce((total, { usd }) => total + usd, 0);
}

/** A line with a number of units at the price of one unit. */
export function line(what: string, each: number, price: number, free?: FreeKind): BillLine {
  return { what, each, usd: each * price, free };
}

/** The same lines for so many times what they are for. */
export function times(lines: readonly BillLine[], factor: number): BillLine[] {
  return lines.map((each) => ({ ...each, each: each.each * factor, usd: each.usd * factor }));
}

function perMessage(messages: number, lines: readonly BillLine[]): BillLine[] {
  return times(lines, 1 / messages);
}

function withoutStatus({ vendors }: Tally): Tally["vendors"] {
  return Object.fromEntries(Object.entries(vendors).filter(([name]) => name !== statusCall));
}

/** Heads and bodies as counted, with the frames around them. */
function egressGigabytes(vendors: Tally["vendors"]): number {
  const bytes = Object.values(vendors).reduce((total, each) => total + each.bytes, 0);
  return (bytes + callsOf(vendors) * assumedFrameBytes) / 1e9;
}

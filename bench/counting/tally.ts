import type { AwsRequest } from "../world/aws.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { VendorCall } from "../world/vendors.ts";

/** The input of a counting run. */
export type Scenario = {
  /** One way: a customer's messages or an operator's. */
  readonly direction: Direction;
  /** The number of chats, each known and linked for a long time. */
  readonly chats: number;
  /** The number of writing chats, and of messages in each. */
  readonly writing: number;
  readonly messagesEach: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Chats that write at the same time, in turn. */
  readonly atOnce: number;
  /** Sandboxes of each function, which take turns. */
  readonly sandboxes: number;
  /** Items in the ledger from earlier days. */
  readonly ledgerItems: number;
  /** Their chats are in use all day, so the run represents any minutes of the day. */
  readonly isAllDay?: boolean;
  /** Customers have profile photos, which the bridge stores once a week. Without a photo it only checks. */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so it becomes a separate event. */
  readonly postponesStatus?: boolean;
  /** Whether the caretaker runs, every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

/** The counts of a run. */
export type Counted = {
  readonly messages: number;
  /** The counts of all functions except the caretaker. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes of a message in the ledger and its indexes. */
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};

/** Requests to AWS and calls of the vendors, counted at the edge of the process. */
export type Tally = {
  /** Requests by `service operation target`. */
  readonly requests: Record<string, number>;
  /** The number of table requests that ran in parallel with another one. */
  besides: number;
  /** Bytes of the requests to tables and queues. */
  requestBytes: number;
  writeUnits: number;
  readUnits: number;
  /** Calls of the vendors and the bytes of their bodies, by `vendor method`. */
  readonly vendors: Record<string, { calls: number; bytes: number }>;
  /** Bytes of the log lines as Lambda writes them in JSON. */
  logBytes: number;
  /** Names of the metrics that lines describe. CloudWatch charges each. */
  metrics: string[];
  /** Requests by partition key of a table or index. A finished count has only the busiest key. */
  readonly keys: Record<string, number>;
};

export function emptyTally(): Tally {
  const sums = { besides: 0, requestBytes: 0, writeUnits: 0, readUnits: 0, logBytes: 0 };
  return { requests: {}, vendors: {}, metrics: [], keys: {}, ...sums };
}

export function addRequest(tally: Tally, request: AwsRequest): void {
  const { service, operation, target, key, bytes, writeUnits, readUnits, isBeside } = request;
  const bump = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  bump(tally.requests, `${service} ${operation} ${target}`);
  if (service === "dynamodb") bump(tally.keys, `${target} ${operation} ${key}`);
  if (service !== "secretsmanager") tally.requestBytes += bytes;
  tally.writeUnits += writeUnits;
  tally.readUnits += readUnits;
  if (isBeside) tally.besides += 1;
}

export function addCalls(tally: Tally, calls: readonly VendorCall[]): void {
  for (const { vendor, method, bytes } of calls) {
    const of = (tally.vendors[`${vendor} ${method}`] ??= { calls: 0, bytes: 0 });
    of.calls += 1;
    of.bytes += bytes;
  }
}

/** Adds a line that a function logged, as Lambda wraps it. */
export function addLine(tally: Tally, message: unknown): void {
  const wrapped = { timestamp: "", level: "INFO", requestId: "", message };
  const timestampAndRequestId = 24 + 36;
  tally.logBytes += JSON.stringify(wrapped).length + timestampAndRequestId;
}

/** Adds a line in CloudWatch's embedded metric format. Lambda adds only the missing time and level. */
export function addMetricLine(tally: Tally, line: string): void {
  type Described = { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  const timeAndLevel = 58;
  tally.logBytes += Buffer.byteLength(line.trimEnd()) + timeAndLevel;
  const { _aws: described } = JSON.parse(line) as { _aws?: Described };
  const all = described?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics) ?? [];
  tally.metrics = [...new Set([...tally.metrics, ...all.map(({ Name }) => Name)])].toSorted();
}

/** The tally of a finished count. */
export function finished(tally: Tally): Tally {
  const busiest = Object.entries(tally.keys).toSorted(([, a], [, b]) => b - a);
  return { ...tally, keys: Object.fromEntries(busiest.slice(0, 1)) };
}

/** Requests of a tally that fit a pattern of `service operation target`. */
export function requestsOf({ requests }: Pick<Tally, "requests">, pattern: RegExp): number {
  const fitting = Object.entries(requests).filter(([name]) => pattern.test(name));
  return fitting.reduce((sum, [, count]) => sum + count, 0);
}

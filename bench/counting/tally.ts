import type { AwsRequest } from "../world/aws.ts";
import type { VendorCall } from "../world/vendors.ts";

/** What the functions sent and logged, at the edge of the process. */
export type Trace = {
  readonly requests: AwsRequest[];
  readonly calls: VendorCall[];
  /** Log lines as Lambda writes them in JSON. */
  readonly lines: string[];
};

/** The counts of a trace. */
export type Tally = ReturnType<typeof tallyOf>;

/** The counts of a run. */
export type Counted = {
  readonly messages: number;
  /** The counts of all functions except the caretaker. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes of the run's messages in the ledger and its indexes. */
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};

type EmbeddedMetrics = { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };

export function tallyOf({ requests, calls, lines }: Trace) {
  const ofTables = requests.filter(({ service }) => service === "dynamodb");
  const keys = sums(ofTables, ({ target, operation, key }) => `${target} ${operation} ${key}`);
  const named = ({ vendor, method }: VendorCall) => `${vendor} ${method}`;
  const metrics = lines.flatMap((line) => {
    const { _aws } = JSON.parse(line) as { _aws?: EmbeddedMetrics };
    return _aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
  });
  return {
    /** Requests by `service operation target`. */
    requests: sums(requests, (each) => `${each.service} ${each.operation} ${each.target}`),
    /** The number of table requests that ran in parallel with another one. */
    besides: ofTables.filter(({ isBeside }) => isBeside).length,
    /** Bytes of the requests to tables and queues. */
    requestBytes: total(requests, (each) => (each.service === "secretsmanager" ? 0 : each.bytes)),
    writeUnits: total(requests, ({ writeUnits }) => writeUnits),
    readUnits: total(requests, ({ readUnits }) => readUnits),
    /** Calls of the vendors and the bytes of their heads and bodies, by `vendor method`. */
    vendorCalls: sums(calls, named),
    vendorBytes: sums(calls, named, ({ bytes }) => bytes),
    logBytes: total(lines, (line) => Buffer.byteLength(line)),
    /** Names of the metrics that lines describe. CloudWatch charges each. */
    metrics: [...new Set(metrics)].toSorted(),
    /** The partition key of a table or index with the most requests, and their number. */
    busiestKey: Object.entries(keys).toSorted(([, one], [, other]) => other - one)[0] ?? ["", 0],
  };
}

/** The sum of the counts whose names fit a pattern. */
export function sumOf(counts: Readonly<Record<string, number>>, pattern: RegExp): number {
  return total(Object.entries(counts), ([name, count]) => (pattern.test(name) ? count : 0));
}

export function total<Of>(all: readonly Of[], of: (each: Of) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}

function sums<Of>(
  all: readonly Of[],
  nameOf: (each: Of) => string,
  of: (each: Of) => number = () => 1,
): Record<string, number> {
  const groups = Object.entries(Object.groupBy(all, nameOf));
  return Object.fromEntries(groups.map(([name, each = []]) => [name, total(each, of)]));
}

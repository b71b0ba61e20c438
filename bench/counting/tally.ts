import type { AwsRequest } from "../aws/memory-aws.ts";
import type { VendorCall } from "../world/vendor-calls.ts";

/** The requests to AWS and the vendors, counted at the edge of the process. */
export type Tally = {
  /** Requests by `service operation target`. */
  readonly requests: Readonly<Record<string, number>>;
  /** The number of table requests that ran in parallel with another one. */
  readonly besides: number;
  /** Bytes of the requests to tables and queues. */
  readonly requestBytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Calls of the vendors and the bytes of their bodies, by `vendor method`. */
  readonly vendors: Readonly<Record<string, { readonly calls: number; readonly bytes: number }>>;
  /** Lines by function, and their bytes as Lambda writes them in JSON. */
  readonly logLines: Readonly<Record<string, number>>;
  readonly logBytes: number;
  /** Names of the metrics that lines describe. CloudWatch charges each. */
  readonly metrics: readonly string[];
  /** The most requests that one partition key of a table or index got. */
  readonly hottestKey: { readonly key: string; readonly requests: number };
};

/** The part of a line in CloudWatch's embedded metric format that names its metrics. */
type DescribedMetrics = {
  readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[];
};

/** Counts while a piece of work runs. */
export class Counter {
  #requests: Record<string, number> = {};
  #keys = new Map<string, number>();
  #vendors: Record<string, { calls: number; bytes: number }> = {};
  #logLines: Record<string, number> = {};
  #metrics = new Set<string>();
  #sums = { besides: 0, requestBytes: 0, writeUnits: 0, readUnits: 0, logBytes: 0 };

  onRequest(request: AwsRequest): void {
    const { service, operation, target, key, bytes, writeUnits, readUnits, isBeside } = request;
    bump(this.#requests, `${service} ${operation} ${target}`);
    if (service !== "secretsmanager") this.#sums.requestBytes += bytes;
    this.#sums.writeUnits += writeUnits;
    this.#sums.readUnits += readUnits;
    if (isBeside) this.#sums.besides += 1;
    if (service !== "dynamodb") return;
    const name = `${target} ${operation} ${key}`;
    this.#keys.set(name, (this.#keys.get(name) ?? 0) + 1);
  }

  onCalls(calls: readonly VendorCall[]): void {
    for (const { vendor, method, bytes } of calls) {
      const of = (this.#vendors[`${vendor} ${method}`] ??= { calls: 0, bytes: 0 });
      of.calls += 1;
      of.bytes += bytes;
    }
  }

  /** A line that a function logged, as Lambda wraps it. */
  onLine(functionName: string, line: unknown): void {
    bump(this.#logLines, functionName);
    const wrapped = { timestamp: "", level: "INFO", requestId: "", message: line };
    const timestampAndRequestId = 24 + 36;
    this.#sums.logBytes += JSON.stringify(wrapped).length + timestampAndRequestId;
  }

  /** A line with a metric has no wrapper. Lambda adds the missing time and level. */
  onMetricLine(functionName: string, line: string): void {
    bump(this.#logLines, functionName);
    const timeAndLevel = 58;
    this.#sums.logBytes += Buffer.byteLength(line.trimEnd()) + timeAndLevel;
    const { _aws: described } = JSON.parse(line) as { _aws?: DescribedMetrics };
    for (const { Metrics } of described?.CloudWatchMetrics ?? []) {
      for (const { Name } of Metrics) this.#metrics.add(Name);
    }
  }

  tally(): Tally {
    const hottest = [...this.#keys].toSorted(([, a], [, b]) => b - a)[0] ?? ["", 0];
    return {
      requests: this.#requests,
      vendors: this.#vendors,
      logLines: this.#logLines,
      ...this.#sums,
      metrics: [...this.#metrics].toSorted(),
      hottestKey: { key: hottest[0], requests: hottest[1] },
    };
  }
}

/** Requests of a tally that fit a pattern of `service operation target`. */
export function requestsOf({ requests }: Pick<Tally, "requests">, pattern: RegExp): number {
  const fitting = Object.entries(requests).filter(([name]) => pattern.test(name));
  return fitting.reduce((sum, [, count]) => sum + count, 0);
}

function bump(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

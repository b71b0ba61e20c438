import { Metrics } from "@aws-lambda-powertools/metrics";
import { metrics } from "../../model/metrics.ts";
import type { MetricTeller } from "../../model/metrics.ts";
import type { LogFields, Logger } from "../../ports/logger.ts";
import { consoleLogger } from "./console-logger.ts";
import type { FactMetrics } from "./fact-metrics.ts";

/** Said by the metric's name and value. */
const saidByMetric = new Set(["direction", "latencyMillis"]);

/**
 * Logs facts, and counts those that a table names, each at once in a line of CloudWatch's embedded
 * metric format: an invocation that dies loses none. An info becomes that one line, which carries
 * its fields too; warnings and errors, which people look for by level, are logged beside it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class MetricsLogger<Teller extends MetricTeller> implements Logger {
  readonly #facts: FactMetrics<Teller>;
  readonly #units: Readonly<Record<string, "Count" | "Milliseconds">>;
  readonly #metrics: Metrics;
  readonly #plain: Logger;

  constructor(options: {
    readonly teller: Teller;
    readonly facts: FactMetrics<Teller>;
    /** The bridge's own. */
    readonly namespace: string;
    readonly plain?: Logger;
  }) {
    const { teller, facts, namespace, plain = consoleLogger } = options;
    this.#facts = facts;
    this.#units = metrics[teller];
    this.#metrics = new Metrics({ namespace, serviceName: teller });
    this.#plain = plain;
  }

  info(fact: string, fields: LogFields = {}): void {
    const said = Object.entries({ fact, ...fields }).filter(([name]) => !saidByMetric.has(name));
    if (!this.#count(fact, fields, said)) this.#plain.info(fact, fields);
  }

  warn(fact: string, fields: LogFields = {}): void {
    this.#plain.warn(fact, fields);
    this.#count(fact, fields, []);
  }

  error(fact: string, fields: LogFields = {}): void {
    this.#plain.error(fact, fields);
    this.#count(fact, fields, []);
  }

  #count(fact: string, fields: LogFields, said: readonly [string, LogFields[string]][]): boolean {
    const found = Object.entries<number | undefined>(this.#facts[fact]?.(fields) ?? {});
    // A log line must not fail what it tells of, and the library throws for what is no number.
    const values = found.filter(([, value]) => Number.isFinite(value));
    if (values.length === 0) return false;
    for (const [name, value] of said) {
      if (value !== undefined) this.#metrics.addMetadata(name, String(value));
    }
    for (const [name, value] of values) {
      this.#metrics.addMetric(name, this.#units[name] ?? "Count", value ?? 0);
    }
    this.#metrics.publishStoredMetrics();
    return true;
  }
}

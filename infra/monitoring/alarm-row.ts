import type { IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/**
 * How soon a person must act. `urgent`: messages of customers or operators may be lost, or stay unseen,
 * until a person acts, or a lost one could not be found later. `next-day`: the work can wait for the next working day.
 */
export type Severity = "urgent" | "next-day";

/** One alarm: its metric, its threshold, its impact on people, and its section in the runbook. */
export type AlarmRow = {
  /** The end of the alarm's name. */
  readonly id: string;
  /** Heading of the alarm's section in docs/runbook.md, exactly as written there. */
  readonly section: string;
  /** A whole sentence. */
  readonly impact: string;
  readonly severity: Severity;
  readonly metric: IMetric;
  /** The alarm starts at this value and above. */
  readonly atLeast?: number;
  /** The alarm starts below this value. */
  readonly below?: number;
  /** The alarm starts only while this metric, over a shorter time, is bad by the same threshold. */
  readonly whileAlso?: IMetric;
  /** The alarm starts when `periods` of the last `of` periods were bad. One of one by default. */
  readonly bad?: readonly [periods: number, of: number];
  /** How a period without data counts. Good by default, because most metrics count only trouble. */
  readonly missing?: TreatMissingData;
};

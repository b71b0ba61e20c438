import type { IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/** One alarm: what is looked at, when it rings, whom it hurts, and where its section is. */
export type AlarmRow = {
  /** Ends the alarm's name. */
  readonly id: string;
  /** Heading of its section in docs/runbook.md, to the letter. */
  readonly section: string;
  /** A whole sentence. */
  readonly impact: string;
  readonly metric: IMetric;
  /** Rings from this value on. */
  readonly atLeast?: number;
  /** Rings below this value. */
  readonly below?: number;
  /** Rings when so many of the last so many periods were bad; one of one unless given. */
  readonly bad?: readonly [periods: number, of: number];
  /** What a period without data is taken for; good unless given, because most count trouble only. */
  readonly missing?: TreatMissingData;
  /** What customers or operators wrote may be lost, or is not seen, until a person acts. */
  readonly isMessagesAtRisk?: true;
};

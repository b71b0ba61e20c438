import type { CaretakerReport } from "../model/caretaker-report.ts";

/** What a run found: a field that is given replaces the last run's, an undefined one removes it. */
export type CaretakerFindings = {
  readonly [Field in keyof CaretakerReport]?: CaretakerReport[Field] | undefined;
};

/** Where the caretaker leaves its report. */
export interface CaretakerReports {
  /** Replaces what this run found, and leaves the rest as it was. */
  merge(findings: CaretakerFindings): Promise<void>;
}

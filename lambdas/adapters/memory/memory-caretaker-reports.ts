import type { CaretakerFindings, CaretakerReports } from "../../ports/caretaker-reports.ts";

/** The report in memory, for tests. */
export class MemoryCaretakerReports implements CaretakerReports {
  report: Readonly<Record<string, unknown>> = {};

  async merge(findings: CaretakerFindings): Promise<void> {
    const merged = Object.entries({ ...this.report, ...findings });
    this.report = Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }
}

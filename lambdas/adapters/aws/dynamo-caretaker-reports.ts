import { caretakerReportId } from "../../model/caretaker-report.ts";
import type { CaretakerFindings, CaretakerReports } from "../../ports/caretaker-reports.ts";
import type { DynamoTable, Plain } from "./dynamo-table.ts";

/** One item of the deliveries table, with the report's fields as its attributes and without an end. */
export class DynamoCaretakerReports implements CaretakerReports {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async merge(findings: CaretakerFindings): Promise<void> {
    const entries = Object.entries<Plain | undefined>(findings);
    const set = entries.filter((entry): entry is [string, Plain] => entry[1] !== undefined);
    const remove = entries.filter(([, value]) => value === undefined).map(([field]) => field);
    await this.#deliveries.update(caretakerReportId, {
      set: Object.fromEntries(set),
      ...(remove.length === 0 ? {} : { remove }),
    });
  }
}

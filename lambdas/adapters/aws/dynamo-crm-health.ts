import type { CrmHealth } from "../../ports/crm-health.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const key = "health:amocrm";
const noteEveryMillis = 60_000;

/** One item of the deliveries table. */
export class DynamoCrmHealth implements CrmHealth {
  readonly #deliveries: DynamoTable;
  #notedAtMillis = Number.NEGATIVE_INFINITY;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async noteSuccess(nowMillis: number): Promise<void> {
    if (nowMillis - this.#notedAtMillis < noteEveryMillis) return;
    this.#notedAtMillis = nowMillis;
    await this.#deliveries.put(key, { atMillis: nowMillis });
  }

  async lastSuccessAtMillis(): Promise<number | undefined> {
    const atMillis = (await this.#deliveries.get(key))?.["atMillis"];
    return typeof atMillis === "number" ? atMillis : undefined;
  }
}

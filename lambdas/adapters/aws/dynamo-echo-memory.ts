import { ledgerDays } from "../../model/ledger.ts";
import type { EchoMemory } from "../../ports/echo-memory.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** Our own words in amoCRM, as items of the deliveries table under keys of their own. */
export class DynamoEchoMemory implements EchoMemory {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async remember(amocrmMessageId: string, nowMillis: number): Promise<void> {
    const expiresAt = Math.floor(nowMillis / 1000) + ledgerDays * 86_400;
    await this.#deliveries.put(`echo:${amocrmMessageId}`, { expiresAt });
  }

  async has(amocrmMessageId: string): Promise<boolean> {
    return (await this.#deliveries.get(`echo:${amocrmMessageId}`)) !== undefined;
  }
}

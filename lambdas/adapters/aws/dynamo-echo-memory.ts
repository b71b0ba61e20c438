import { ledgerDays } from "../../model/ledger.ts";
import type { EchoMemory } from "../../ports/echo-memory.ts";
import { plainId } from "../untrusted.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** Our own words in amoCRM, as items of the deliveries table under keys of their own. */
export class DynamoEchoMemory implements EchoMemory {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async remember(amocrmMessageId: string, nowMillis: number): Promise<void> {
    const expiresAt = Math.floor(nowMillis / 1000) + ledgerDays * 86_400;
    await this.#deliveries.put(echoKey(amocrmMessageId), { expiresAt });
  }

  async has(amocrmMessageId: string): Promise<boolean> {
    return (await this.#deliveries.get(echoKey(amocrmMessageId))) !== undefined;
  }
}

/** amoCRM's ids come from outside: one that is longer than a key may be goes by its SHA-256. */
function echoKey(amocrmMessageId: string): string {
  return `echo:${plainId(amocrmMessageId)}`;
}

import * as z from "zod/mini";
import type { Said, Transcript } from "../../ports/transcript.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const keptSeconds = 2 * 86_400;
const item = z.looseObject({ said: z.string(), expiresAt: z.int() });

/** Transcripts in DynamoDB: an item a message, read by its key, so that none just written is missed. */
export class DynamoTranscript implements Transcript {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  async put(conversationId: string, number: number, said: Said, nowMillis: number): Promise<void> {
    await this.#table.put(exchangeKey(conversationId, number), {
      said: JSON.stringify(said),
      expiresAt: Math.floor(nowMillis / 1000) + keptSeconds,
    });
  }

  async get(conversationId: string, numbers: readonly number[]): Promise<readonly Said[]> {
    const found: Said[] = [];
    for (const number of numbers) {
      const stored = z.safeParse(item, await this.#table.get(exchangeKey(conversationId, number)));
      if (stored.success) found.push(JSON.parse(stored.data.said) as Said);
    }
    return found;
  }
}

function exchangeKey(conversationId: string, number: number): string {
  return `said:${conversationId}:${number}`;
}

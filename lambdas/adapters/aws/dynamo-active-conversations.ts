import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ActiveConversation } from "../../model/activity.ts";
import type { ActiveConversations } from "../../ports/active-conversations.ts";
import { queryIndex, textIn } from "./dynamo-table.ts";

/** Active conversations by the index of hours over the ledger's claims. */
export class DynamoActiveConversations implements ActiveConversations {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #hoursSince: (sinceMillis: number) => readonly string[];

  /** `hoursSince` tells the keys of the index, the newest hours first. */
  constructor(options: {
    client: DynamoDBClient;
    table: string;
    hoursSince: (sinceMillis: number) => readonly string[];
  }) {
    this.#client = options.client;
    this.#table = options.table;
    this.#hoursSince = options.hoursSince;
  }

  async *since(sinceMillis: number): AsyncGenerator<ActiveConversation> {
    // It stands there once for each note: the newest comes first, and is the one that counts.
    const told = new Set<string>();
    const place = { table: this.#table, index: "active", key: "activeHour", isDescending: true };
    for (const value of this.#hoursSince(sinceMillis)) {
      for await (const entry of queryIndex(this.#client, { ...place, value })) {
        const conversationId = textIn(entry["conversationId"]);
        if (told.has(conversationId)) continue;
        told.add(conversationId);
        yield { conversationId, activeAtMillis: Number(entry["activeAtMillis"]) };
      }
    }
  }
}

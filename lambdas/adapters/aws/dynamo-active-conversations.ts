import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Conversation } from "../../model/conversation.ts";
import type { ActiveConversations } from "../../ports/active-conversations.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import { queryIndex } from "./dynamo-table.ts";

/** Active conversations by the index of hours; the index names them, the table tells the rest. */
export class DynamoActiveConversations implements ActiveConversations {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #store: ConversationStore;
  readonly #hoursSince: (sinceMillis: number) => readonly string[];

  constructor(options: {
    client: DynamoDBClient;
    table: string;
    store: ConversationStore;
    hoursSince: (sinceMillis: number) => readonly string[];
  }) {
    this.#client = options.client;
    this.#table = options.table;
    this.#store = options.store;
    this.#hoursSince = options.hoursSince;
  }

  async *since(sinceMillis: number): AsyncGenerator<Conversation> {
    // One that is touched meanwhile stands under a new hour too.
    const told = new Set<string>();
    for (const hour of this.#hoursSince(sinceMillis)) {
      const place = { table: this.#table, index: "active", key: "activeHour", value: hour };
      for await (const { conversationId } of queryIndex(this.#client, place)) {
        if (told.has(String(conversationId))) continue;
        told.add(String(conversationId));
        // The index itself is a moment old.
        const conversation = await this.#store.find(String(conversationId), { mayBeOld: true });
        if (conversation !== undefined) yield conversation;
      }
    }
  }
}

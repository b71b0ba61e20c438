import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { KnownChats } from "../../ports/known-chats.ts";
import { queryIndex, textIn } from "./dynamo-table.ts";

/** Conversations by the sparse index over those whose chat in amoCRM is known. */
export class DynamoKnownChats implements KnownChats {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async conversationOf(amojoChatId: string): Promise<string | undefined> {
    const place = { table: this.#table, index: "amojoChat", key: "amojoChatId" };
    for await (const item of queryIndex(this.#client, { ...place, value: amojoChatId })) {
      return textIn(item["conversationId"]);
    }
    return undefined;
  }
}

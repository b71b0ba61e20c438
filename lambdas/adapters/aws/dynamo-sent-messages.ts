import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { SentMessages } from "../../ports/sent-messages.ts";
import { fromItem } from "./dynamo-table.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const index = "sent";
const sent = z.looseObject({ amocrmMessageId: z.string(), parts: z.array(z.string()) });
const delivered = z.looseObject({ firstMessageNumber: z.optional(z.int()) });

/** What the ledger remembers of operators' messages, by a sparse index of their first parts. */
export class DynamoSentMessages implements SentMessages {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #deliveries: DynamoTable;

  constructor(client: DynamoDBClient, tableName: string, deliveries: DynamoTable) {
    this.#client = client;
    this.#tableName = tableName;
    this.#deliveries = deliveries;
  }

  async amocrmMessageOf(
    conversationId: string,
    telegramMessageId: string,
  ): Promise<string | undefined> {
    if (!/^[0-9]{1,15}$/.test(telegramMessageId)) return undefined;
    // A long text has several messages: the last one that begins at or before this id, or none.
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        IndexName: index,
        KeyConditionExpression: "sentTo = :chat AND firstMessageNumber <= :number",
        ExpressionAttributeValues: {
          ":chat": { S: conversationId },
          ":number": { N: telegramMessageId },
        },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    const [item] = Items;
    if (item === undefined) return undefined;
    const found = z.safeParse(sent, fromItem(item));
    if (!found.success || !found.data.parts.includes(telegramMessageId)) return undefined;
    return found.data.amocrmMessageId;
  }

  async telegramMessageOf(eventId: string): Promise<string | undefined> {
    const item = await this.#deliveries.get(eventId);
    const found = z.safeParse(delivered, item ?? {});
    return found.success ? found.data.firstMessageNumber?.toString() : undefined;
  }
}

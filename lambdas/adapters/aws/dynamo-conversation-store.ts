import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { Conversation } from "../../model/conversation.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import { fromItem, setting } from "./dynamo-values.ts";
import type { Plain } from "./dynamo-values.ts";

const item = z.looseObject({
  conversationId: z.string(),
  amojoChatId: z.optional(z.string()),
  amojoUserId: z.optional(z.string()),
  contactId: z.optional(z.int()),
  contactLinked: z.optional(z.boolean()),
  contactStartedAtMillis: z.optional(z.int()),
  contactTroubleSinceMillis: z.optional(z.int()),
  contactLeftToAmocrm: z.optional(z.boolean()),
});

/** Chat mappings in DynamoDB, an item a conversation. */
export class DynamoConversationStore implements ConversationStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(conversationId: string): Promise<Conversation | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { conversationId: { S: conversationId } },
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : (z.parse(item, fromItem(Item)) as Conversation);
  }

  async update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void> {
    const { expression, names, values } = setting(changes as Record<string, Plain>);
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: { conversationId: { S: conversationId } },
        UpdateExpression: expression,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      }),
    );
  }
}

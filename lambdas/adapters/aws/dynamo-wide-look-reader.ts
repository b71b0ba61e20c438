import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { WideLookReader } from "../../ports/wide-look-requests.ts";
import { wideLookRequestId } from "./spooled-event.ts";

/** The request for a wide look as the caretaker sees it. */
export class DynamoWideLookReader implements WideLookReader {
  readonly #client: DynamoDBClient;
  readonly #item: { readonly TableName: string; readonly Key: { id: { S: string } } };

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#item = { TableName: table, Key: { id: { S: wideLookRequestId } } };
  }

  async latest(): Promise<number | undefined> {
    const command = new GetItemCommand({ ...this.#item, ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : Number(Item["askedAtMillis"]?.N);
  }

  async remove(untilMillis: number): Promise<void> {
    const command = new DeleteItemCommand({
      ...this.#item,
      ConditionExpression: "attribute_not_exists(id) OR askedAtMillis <= :until",
      ExpressionAttributeValues: { ":until": { N: String(untilMillis) } },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

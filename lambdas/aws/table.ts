import { isDeepStrictEqual } from "node:util";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue, QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/** The text of a field; empty when the field is missing or holds another type. */
export function textIn(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The values that our tables hold. The lists hold texts or small records. */
export type Plain =
  string | number | boolean | readonly (string | Readonly<Record<string, string>>)[];
type Fields = Readonly<Record<string, Plain>>;
type Item = Record<string, Plain>;

/** A condition of a write. Placeholders: `#field` and `:value`, with the values in `where`. */
type Condition = { readonly condition?: string; readonly where?: Fields };

/** One conditional change of one item. */
export type Change = Condition & { readonly set: Fields; readonly remove?: readonly string[] };

/**
 * A table with a single string key. Every write changes one item, under a condition if the caller gives
 * one. The client repeats a write whose answer it did not get. So every write must be idempotent.
 */
export class DynamoTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #key: string;

  constructor(client: DynamoDBClient, name: string, key: string) {
    this.#client = client;
    this.#name = name;
    this.#key = key;
  }

  /** The item as it is now. `mayBeOld` makes it an eventually consistent read, for half the price. */
  async get(
    key: string,
    { mayBeOld = false }: { readonly mayBeOld?: boolean } = {},
  ): Promise<Item | undefined> {
    const command = new GetItemCommand({ ...this.#at(key), ConsistentRead: !mayBeOld });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : plain(Item);
  }

  /**
   * Items of an index under one key, page by page, in the order of its sort key or in the reverse order. With
   * `upTo`, only those whose sort key is at most that. `limit` is the size of a page.
   */
  async *query(place: {
    index: string;
    key: string;
    value: string;
    isDescending?: boolean;
    upTo?: { readonly sortKey: string; readonly value: number };
    limit?: number;
  }): AsyncGenerator<Item> {
    const { index, key, value, isDescending = false, upTo, limit } = place;
    const condition = `#${key} = :value${upTo === undefined ? "" : ` AND #${upTo.sortKey} <= :upTo`}`;
    const values = upTo === undefined ? { value } : { value, upTo: upTo.value };
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const answer: QueryCommandOutput = await this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          IndexName: index,
          KeyConditionExpression: condition,
          ...placeholders(condition, values),
          Limit: limit,
          ScanIndexForward: !isDescending,
          ExclusiveStartKey,
        }),
      );
      for (const item of answer.Items ?? []) yield plain(item);
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  /** False when the condition did not hold. */
  async update(key: string, change: Change): Promise<boolean> {
    return (await this.#update(key, change, "NONE")) !== undefined;
  }

  /** The item after the change, or undefined when the condition did not hold. */
  updateAndGet(key: string, change: Change): Promise<Item | undefined> {
    return this.#update(key, change, "ALL_NEW");
  }

  async #update(
    key: string,
    { set, remove = [], condition, where }: Change,
    ReturnValues: "NONE" | "ALL_NEW",
  ): Promise<Item | undefined> {
    const assignments = Object.keys(set).map((field) => `#${field} = :${field}`);
    const removals = remove.map((field) => `#${field}`);
    const expression = `SET ${assignments.join(", ")}${removals.length === 0 ? "" : ` REMOVE ${removals.join(", ")}`}`;
    const command = new UpdateItemCommand({
      ...this.#at(key),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ...placeholders(`${expression} ${condition ?? ""}`, { ...set, ...where }),
      ReturnValues,
    });
    try {
      return plain((await this.#client.send(command)).Attributes ?? {});
    } catch (error) {
      return this.#unlessRefused(error, key, set);
    }
  }

  /** Replaces the item; false when the condition did not hold. */
  async put(
    key: string,
    fields: Fields,
    options: Condition & { readonly timeoutMillis?: number } = {},
  ): Promise<boolean> {
    const { condition, where, timeoutMillis } = options;
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: marshall({ [this.#key]: key, ...fields }),
      ConditionExpression: condition,
      ...placeholders(condition, where),
    });
    const sending =
      timeoutMillis === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMillis) };
    try {
      await this.#client.send(command, sending);
      return true;
    } catch (error) {
      return (await this.#unlessRefused(error, key, fields)) !== undefined;
    }
  }

  /** Removes the item, if it exists and the condition holds. */
  async remove(key: string, { condition, where }: Condition = {}): Promise<void> {
    const command = new DeleteItemCommand({
      ...this.#at(key),
      ConditionExpression: condition,
      ...placeholders(condition, where),
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #at(key: string) {
    return { TableName: this.#name, Key: { [this.#key]: { S: key } } };
  }

  /**
   * Undefined when the condition did not hold. When that comes on a repeat, the first try may have made
   * the write, and only its answer got lost. Then the item has the fields of the write, and the result is
   * the item.
   */
  async #unlessRefused(error: unknown, key: string, fields: Fields): Promise<Item | undefined> {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if ((error.$metadata.attempts ?? 1) === 1) return undefined;
    const item = await this.get(key);
    const isWritten = Object.entries(fields).every(([name, value]) =>
      isDeepStrictEqual(item?.[name], value),
    );
    return isWritten ? item : undefined;
  }
}

function plain(item: Record<string, AttributeValue>): Item {
  return unmarshall(item) as Item;
}

/** The names and values behind the placeholders of expressions. DynamoDB refuses empty ones. */
function placeholders(expressions = "", values: Fields = {}) {
  const names = expressions.match(/#\w+/g)?.map((name) => [name, name.slice(1)]);
  const given = Object.entries(values).map(([name, value]) => [`:${name}`, value]);
  return {
    ExpressionAttributeNames: names && Object.fromEntries(names),
    ExpressionAttributeValues: given.length === 0 ? undefined : marshall(Object.fromEntries(given)),
  };
}

/**
 * Work of the SDK in every request that the bridge does not need: the SDK's name for AWS, a log without a
 * logger, and a mark against functions that call themselves, which no table passes on.
 */
const unasked = [
  "getUserAgentMiddleware",
  "loggerMiddleware",
  "recursionDetectionMiddleware",
] as const;

/**
 * The SDK's client of DynamoDB for the path of every message. It omits work that takes a fifth of the
 * sender's processor time and belongs to no promise (`npm run bench -- sender`).
 */
export function createDynamoClient(
  config: ConstructorParameters<typeof DynamoDBClient>[0] = {},
): DynamoDBClient {
  const client = new DynamoDBClient({ ...clientSettings, ...config });
  for (const name of unasked) client.middlewareStack.remove(name);
  return client;
}

/**
 * The settings in which the bridge's SDK clients differ from the default. A try ends after a timeout, and
 * the next try follows. By default a try waits for ever: a connection that died while its sandbox slept
 * would hold a chat until its lease ends. The SDK puts the middleware of a request together once for each
 * command, not for each request. This saves a tenth of the sender's processor time.
 * @see https://github.com/aws/aws-sdk-js-v3/issues/6423
 */
export const clientSettings = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  cacheMiddleware: true,
} as const;

import { isDeepStrictEqual } from "node:util";
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue, QueryCommandOutput } from "@aws-sdk/client-dynamodb";

/** The text of a field; empty when the field is missing or holds another type. */
export function textIn(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The values that our tables hold. */
export type Plain = string | number | boolean | readonly (string | Texts)[];
/** A small record in a list. */
type Texts = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, Plain>>;

/** One conditional change of one item. Placeholders in `condition`: `#field` and `:value`. */
export type Change = {
  readonly set: Fields;
  readonly remove?: readonly string[];
  readonly condition?: string;
  /** Values of the condition's placeholders. */
  readonly where?: Fields;
};

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
  ): Promise<Record<string, Plain> | undefined> {
    const command = new GetItemCommand({
      TableName: this.#name,
      Key: { [this.#key]: { S: key } },
      ConsistentRead: !mayBeOld,
    });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : fromItem(Item);
  }

  /** False when the condition did not hold. */
  async update(key: string, change: Change): Promise<boolean> {
    return (await this.#update(key, change, "NONE")) !== undefined;
  }

  /** The item after the change, or undefined when the condition did not hold. */
  updateAndGet(key: string, change: Change): Promise<Record<string, Plain> | undefined> {
    return this.#update(key, change, "ALL_NEW");
  }

  async #update(
    key: string,
    change: Change,
    ReturnValues: "NONE" | "ALL_NEW",
  ): Promise<Record<string, Plain> | undefined> {
    const { set, remove, condition, where = {} } = change;
    const assignments = Object.keys(set).map((field) => `#${field} = :${field}`);
    const expression = [
      `SET ${assignments.join(", ")}`,
      ...(remove === undefined ? [] : [`REMOVE ${remove.map((field) => `#${field}`).join(", ")}`]),
    ].join(" ");
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: { [this.#key]: { S: key } },
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeNames: placeholders(`${expression} ${condition ?? ""}`),
      ExpressionAttributeValues: attributes({ ...set, ...where }),
      ReturnValues,
    });
    try {
      return fromItem((await this.#client.send(command)).Attributes ?? {});
    } catch (error) {
      return this.#unlessRefused(error, key, set);
    }
  }

  /** Replaces the item; false when the condition did not hold. */
  async put(
    key: string,
    fields: Fields,
    options: { condition?: string; where?: Fields; timeoutMillis?: number } = {},
  ): Promise<boolean> {
    const { condition, where, timeoutMillis } = options;
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: { [this.#key]: { S: key }, ...items(fields) },
      ...(condition === undefined
        ? {}
        : { ConditionExpression: condition, ExpressionAttributeNames: placeholders(condition) }),
      ...(where === undefined ? {} : { ExpressionAttributeValues: attributes(where) }),
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

  /**
   * Undefined when the condition did not hold. When that comes on a repeat, the first try may have made
   * the write, and only its answer got lost. Then the item has the fields of the write, and the result is
   * the item.
   */
  async #unlessRefused(
    error: unknown,
    key: string,
    fields: Fields,
  ): Promise<Record<string, Plain> | undefined> {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if ((error.$metadata.attempts ?? 1) === 1) return undefined;
    const item = await this.get(key);
    const isWritten = Object.entries(fields).every(([name, value]) =>
      isDeepStrictEqual(item?.[name], value),
    );
    return isWritten ? item : undefined;
  }
}

/** Items of an index under one key, page by page, in the order of its sort key or in the reverse order. */
export async function* queryIndex(
  client: DynamoDBClient,
  place: { table: string; index: string; key: string; value: string; isDescending?: boolean },
): AsyncGenerator<Record<string, Plain>> {
  const { table, index, key, value, isDescending = false } = place;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const answer: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: "#key = :value",
        ExpressionAttributeNames: { "#key": key },
        ExpressionAttributeValues: { ":value": { S: value } },
        ScanIndexForward: !isDescending,
        ExclusiveStartKey,
      }),
    );
    for (const item of answer.Items ?? []) yield fromItem(item);
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

function placeholders(expression: string): Record<string, string> {
  const names = expression.match(/#\w+/g) ?? [];
  return Object.fromEntries(names.map((name) => [name, name.slice(1)]));
}

function attributes(fields: Fields): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(fields).map(([k, v]) => [`:${k}`, toAttribute(v)]));
}

function items(fields: Fields): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, toAttribute(v)]));
}

function toAttribute(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return {
    L: value.map((member) => (typeof member === "string" ? { S: member } : textsTo(member))),
  };
}

function textsTo(texts: Texts): AttributeValue {
  return { M: Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, { S: v }])) };
}

function textsFrom(map: Readonly<Record<string, AttributeValue>>): Texts {
  return Object.fromEntries(Object.entries(map).map(([k, v]) => [k, v.S ?? ""]));
}

function fromItem(item: Readonly<Record<string, AttributeValue>>): Record<string, Plain> {
  const plain: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(item)) {
    if (value.S !== undefined) plain[name] = value.S;
    else if (value.N !== undefined) plain[name] = Number(value.N);
    else if (value.BOOL !== undefined) plain[name] = value.BOOL;
    else if (value.L !== undefined) {
      plain[name] = value.L.map(({ S = "", M }) => (M === undefined ? S : textsFrom(M)));
    }
  }
  return plain;
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

import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue, DynamoDBClient, QueryCommandOutput } from "@aws-sdk/client-dynamodb";

/** Values our tables hold. */
export type Plain = string | number | boolean | readonly string[];
type Fields = Readonly<Record<string, Plain>>;

/** One conditional change of one item. Placeholders in `condition`: `#field` and `:value`. */
export type Change = {
  readonly set: Fields;
  /** Added to the end of a list of strings, which is made when there is none. */
  readonly append?: { readonly list: string; readonly value: string };
  readonly remove?: readonly string[];
  readonly condition?: string;
  /** Values of the condition's placeholders. */
  readonly where?: Fields;
};

/** A table with a single string key; every write is one item, conditional where asked. */
export class DynamoTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #key: string;

  constructor(client: DynamoDBClient, name: string, key: string) {
    this.#client = client;
    this.#name = name;
    this.#key = key;
  }

  /** The item as it is now; where it may be as it was a moment ago, for half the price. */
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

  /** The item after the change, or undefined when the condition did not hold. */
  async update(key: string, change: Change): Promise<Record<string, Plain> | undefined> {
    const { set, append, remove, condition, where = {} } = change;
    const assignments = Object.keys(set).map((field) => `#${field} = :${field}`);
    const values = attributes({ ...set, ...where });
    if (append !== undefined) {
      const list = `#${append.list}`;
      assignments.push(`${list} = list_append(if_not_exists(${list}, :none), :appended)`);
      values[":none"] = { L: [] };
      values[":appended"] = toAttribute([append.value]);
    }
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
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    return unlessRefused(async () => fromItem((await this.#client.send(command)).Attributes ?? {}));
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
    const patience =
      timeoutMillis === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMillis) };
    const answer = await unlessRefused(() => this.#client.send(command, patience));
    return answer !== undefined;
  }
}

/** Items of an index under one key, in the order of its sort key or against it, page by page. */
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

async function unlessRefused<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
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
  return { L: value.map((member) => ({ S: member })) };
}

function fromItem(item: Readonly<Record<string, AttributeValue>>): Record<string, Plain> {
  const plain: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(item)) {
    if (value.S !== undefined) plain[name] = value.S;
    else if (value.N !== undefined) plain[name] = Number(value.N);
    else if (value.BOOL !== undefined) plain[name] = value.BOOL;
    else if (value.L !== undefined) plain[name] = value.L.map((member) => member.S ?? "");
  }
  return plain;
}

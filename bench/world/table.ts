import { isDeepStrictEqual } from "node:util";
import { Script } from "node:vm";
import type * as dynamodb from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { total } from "../figure.ts";

/** A table's keys and indexes, as its template has them. */
export type TableProperties = Pick<
  dynamodb.CreateTableCommandInput,
  "KeySchema" | "GlobalSecondaryIndexes"
>;
export type Item = Readonly<Record<string, dynamodb.AttributeValue>>;
/** A request to a table. The bridge names a placeholder like its field: `#state`, `:state`. */
export type TableRequest = Partial<
  dynamodb.PutItemCommandInput & dynamodb.UpdateItemCommandInput & dynamodb.QueryCommandInput
>;
/** An answer, and the units that DynamoDB would charge. */
export type TableAnswer = {
  readonly body: object;
  readonly key: string;
  readonly status?: number;
  readonly writeUnits?: number;
  readonly readUnits?: number;
};
type Plain = Readonly<Record<string, string | number | boolean>>;

/** The bytes that DynamoDB adds to a stored item, and to an index entry. */
const overheadBytes = 100;

/**
 * One table in memory, with the arithmetic of DynamoDB's price list: a write unit for each KB begun of
 * the larger of the item before and after, the same for each index entry that changes, a read unit for
 * 4 KB, half of one where a read may be a moment old. Not DynamoDB: no paging, no time-to-live.
 */
export function createTable({ KeySchema, GlobalSecondaryIndexes = [] }: TableProperties) {
  const keyName = KeySchema?.[0]?.AttributeName ?? "";
  const items = new Map<string, Item>();
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: schema, Projection }) => {
    const keys = schema?.map(({ AttributeName = "" }) => AttributeName) ?? [];
    const kept = new Set([keyName, ...keys, ...(Projection?.NonKeyAttributes ?? [])]);
    /** The entry of an item. Undefined for an item without the index's keys. */
    const entryOf = (item: Item | undefined): Item | undefined => {
      if (item === undefined || keys.some((name) => item[name] === undefined)) return undefined;
      if (Projection?.ProjectionType === "ALL") return item;
      return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
    };
    return { name: IndexName, keys, entryOf };
  });

  const query = ({ IndexName, ...request }: TableRequest): TableAnswer => {
    const index = indexes.find(({ name }) => name === IndexName);
    if (index === undefined) throw new Error("A query goes to an index, by one key.");
    const key = Object.values(request.ExpressionAttributeValues ?? {})[0]?.S ?? "";
    const [keyOfIndex = "", sort = ""] = index.keys;
    const sortOf = (item: Item) => plain(item)[sort] ?? "";
    const Items = [...items.values()]
      .filter((item) => item[keyOfIndex]?.S === key)
      .map(index.entryOf)
      .filter((entry) => entry !== undefined)
      .toSorted((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1));
    if (request.ScanIndexForward === false) Items.reverse();
    const readUnits = Math.max(1, Math.ceil(total(Items, bytesOf) / 4096)) * 0.5;
    return { body: { Items }, key, readUnits };
  };
  const storedBytes = (item?: Item) => (item === undefined ? 0 : bytesOf(item) + overheadBytes);

  return {
    items,
    /** Throws for an operation that the bridge must not use. */
    answer(operation: string, request: TableRequest): TableAnswer {
      if (operation === "Query") return query(request);
      const { Key, Item: item, ExpressionAttributeValues: values = {} } = request;
      const key = (Key ?? item)?.[keyName]?.S ?? "";
      const before = items.get(key);
      if (operation === "GetItem") {
        const readUnits = units(before, 4096) * (request.ConsistentRead === true ? 1 : 0.5);
        return { body: before === undefined ? {} : { Item: before }, key, readUnits };
      }
      if (!["PutItem", "UpdateItem", "DeleteItem"].includes(operation)) {
        throw new Error(`The bridge must not use ${operation}.`);
      }
      if (!holds(request.ConditionExpression, before, values)) {
        const __type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        return { body: { __type }, status: 400, key, writeUnits: units(before) };
      }
      const isUpdate = operation === "UpdateItem";
      const after = isUpdate ? updated(request, before ?? { ...Key }, values) : item;
      if (after === undefined) items.delete(key);
      else items.set(key, after);
      const ofIndexes = total(indexes, ({ keys, entryOf }) =>
        indexUnits(entryOf(before), entryOf(after), keys),
      );
      const writeUnits = Math.max(units(before), units(after)) + ofIndexes;
      const body = request.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
      return { body, key, writeUnits };
    },
    /** Puts an item without counting it. */
    seed: (item: Plain) => void items.set(String(item[keyName]), marshall(item)),
    /** Bytes that an item is stored as, and its entries in the indexes, which are not backed up. */
    bytesStored(id: string) {
      const item = items.get(id);
      const ofIndexes = total(indexes, ({ entryOf }) => storedBytes(entryOf(item)));
      return { table: storedBytes(item), indexes: ofIndexes };
    },
  };
}

const plain = (item: Item) => unmarshall(item) as Plain;
const conditions = new Map<string, (item: Plain, value: Plain) => boolean>();

/** Runs a condition as JavaScript: comparisons and `attribute_not_exists`, joined by AND and OR. */
function holds(expression = "true", item: Item = {}, values: Item): boolean {
  const script = expression
    .replaceAll(/attribute_not_exists\(#(\w+)\)/g, "item.$1 === undefined")
    .replaceAll(/#(\w+)/g, "item.$1")
    .replaceAll(/:(\w+)/g, "value[':$1']")
    .replaceAll(" = ", " === ")
    .replaceAll(" AND ", " && ")
    .replaceAll(" OR ", " || ");
  const condition =
    conditions.get(script) ?? new Script(`(item, value) => ${script}`).runInThisContext();
  conditions.set(script, condition);
  return condition(plain(item), plain(values));
}

/** The item after an update expression of SET and REMOVE. */
function updated({ UpdateExpression = "" }: TableRequest, before: Item, values: Item): Item {
  const [set = "", remove = ""] = UpdateExpression.split(" REMOVE ");
  const next = { ...before };
  for (const [, field = "", value = ""] of set.matchAll(/#(\w+) = (:\w+)/g)) {
    Object.assign(next, { [field]: values[value] });
  }
  for (const [, field = ""] of remove.matchAll(/#(\w+)/g)) Reflect.deleteProperty(next, field);
  return next;
}

/** Bytes of an item as DynamoDB counts them, near enough: names and values in UTF-8. */
export function bytesOf(item: Item): number {
  return total(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + sizeOf(value));
}

function sizeOf({ S, N, L, M }: dynamodb.AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L !== undefined) return 3 + total(L, (each) => 1 + sizeOf(each));
  return M === undefined ? 1 : 3 + Object.keys(M).length + bytesOf(M);
}

function units(item: Item = {}, unitBytes = 1024): number {
  return Math.max(1, Math.ceil(bytesOf(item) / unitBytes));
}

/** An entry that moves to another key costs a removal and a write, a changed one a write, the same one nothing. */
function indexUnits(before: Item | undefined, after: Item | undefined, keys: readonly string[]) {
  if (isDeepStrictEqual(before, after)) return 0;
  const [removed, written] = [before, after].map((entry) => (entry ? units(entry) : 0));
  const isSameKey = keys.every((name) => isDeepStrictEqual(before?.[name], after?.[name]));
  return isSameKey ? Math.max(removed ?? 0, written ?? 0) : (removed ?? 0) + (written ?? 0);
}

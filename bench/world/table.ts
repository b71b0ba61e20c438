import { isDeepStrictEqual } from "node:util";
import { Script } from "node:vm";

/** An attribute value as DynamoDB's protocol writes it. */
type Value = {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly L?: readonly Value[];
  readonly M?: Item;
};
export type Item = Readonly<Record<string, Value>>;

/** The keys of a table, and of each index with its projected attributes. */
export type TableLayout = {
  readonly key: string;
  readonly indexes: Readonly<Record<string, Index>>;
};
type Index = {
  readonly key: string;
  readonly sort: string;
  readonly holds: "all" | readonly string[];
};

/** A request to a table. The bridge names a placeholder like its field: `#state`, `:state`. */
export type TableRequest = {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValues?: string;
  readonly ConsistentRead?: boolean;
  readonly IndexName?: string;
  readonly ScanIndexForward?: boolean;
};

/** An answer, and the units that DynamoDB would charge. */
export type TableAnswer = {
  readonly body: object;
  readonly key: string;
  readonly isRefused?: boolean;
  readonly writeUnits?: number;
  readonly readUnits?: number;
};

/** The bytes that DynamoDB adds to a stored item, and to an index entry. */
const overheadBytes = 100;

/**
 * One table in memory, with the arithmetic of DynamoDB's price list: a write unit for each KB begun of
 * the larger of the item before and after, the same for each index entry that changes, a read unit for
 * 4 KB, half of one where a read may be a moment old. Not DynamoDB: no paging, no time-to-live.
 */
export function createTable({ key: keyName, indexes }: TableLayout) {
  const items = new Map<string, Item>();

  /** The index entry of an item. Undefined for an item without the index's keys. */
  const entryOf = (item: Item | undefined, { key, sort, holds }: Index): Item | undefined => {
    if (item?.[key] === undefined || item[sort] === undefined) return undefined;
    if (holds === "all") return item;
    const kept = new Set([keyName, key, sort, ...holds]);
    return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
  };
  const stored = (item: Item | undefined) =>
    item === undefined ? 0 : bytesOf(item) + overheadBytes;

  const query = ({ IndexName = "", ...request }: TableRequest): TableAnswer => {
    const index = indexes[IndexName];
    if (index === undefined) throw new Error("A query goes to an index, by one key.");
    const key = Object.values(request.ExpressionAttributeValues ?? {})[0]?.S ?? "";
    const sortOf = (item: Item) => plain(item)[index.sort] ?? "";
    const Items = [...items.values()]
      .filter((item) => item[index.key]?.S === key)
      .map((item) => entryOf(item, index))
      .filter((entry) => entry !== undefined)
      .toSorted((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1));
    if (request.ScanIndexForward === false) Items.reverse();
    const bytes = Items.reduce((sum, item) => sum + bytesOf(item), 0);
    return { body: { Items }, key, readUnits: Math.max(1, Math.ceil(bytes / 4096)) * 0.5 };
  };

  /** Throws for an operation that the bridge must not use. */
  const answer = (operation: string, request: TableRequest): TableAnswer => {
    if (operation === "Query") return query(request);
    const { Key, Item: item, ConditionExpression, UpdateExpression = "" } = request;
    const key = (Key ?? item)?.[keyName]?.S ?? "";
    const before = items.get(key);
    if (operation === "GetItem") {
      const readUnits = units(before, 4096) * (request.ConsistentRead === true ? 1 : 0.5);
      return { body: before === undefined ? {} : { Item: before }, key, readUnits };
    }
    if (!["PutItem", "UpdateItem", "DeleteItem"].includes(operation)) {
      throw new Error(`The bridge must not use ${operation}.`);
    }
    const { ExpressionAttributeValues: values = {} } = request;
    if (!holds(ConditionExpression, before, values)) {
      const __type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
      return { body: { __type }, isRefused: true, key, writeUnits: units(before, 1024) };
    }
    const isUpdate = operation === "UpdateItem";
    const after = isUpdate ? updated(UpdateExpression, before ?? { ...Key }, values) : item;
    if (after === undefined) items.delete(key);
    else items.set(key, after);
    const ofIndexes = Object.values(indexes).map((index) =>
      indexUnits(entryOf(before, index), entryOf(after, index), index),
    );
    const writeUnits = Math.max(units(before, 1024), units(after, 1024)) + sum(ofIndexes);
    const body = request.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
    return { body, key, writeUnits };
  };

  return {
    items,
    answer,
    /** Puts an item without counting it. */
    seed: (item: Item) => void items.set(item[keyName]?.S ?? "", item),
    /** Bytes that an item is stored as, and its entries in the indexes, which are not backed up. */
    bytesStored(id: string): { readonly table: number; readonly indexes: number } {
      const item = items.get(id);
      const entries = Object.values(indexes).map((index) => stored(entryOf(item, index)));
      return { table: stored(item), indexes: sum(entries) };
    },
  };
}

type Plain = Readonly<Record<string, string | number | boolean | undefined>>;
const conditions = new Map<string, (item: Plain, value: Plain) => boolean>();

/** Runs a condition as JavaScript: comparisons and `attribute_not_exists`, joined by AND and OR. */
function holds(expression = "true", item: Item | undefined, values: Item): boolean {
  const script = expression
    .replaceAll(/attribute_not_exists\(#(\w+)\)/g, "item.$1 === undefined")
    .replaceAll(/#(\w+)/g, "item.$1")
    .replaceAll(/:(\w+)/g, "value[':$1']")
    .replaceAll(" = ", " === ")
    .replaceAll(" AND ", " && ")
    .replaceAll(" OR ", " || ");
  const known = conditions.get(script);
  const condition =
    known ??
    (new Script(`(item, value) => ${script}`).runInThisContext() as NonNullable<typeof known>);
  conditions.set(script, condition);
  return condition(plain(item), plain(values));
}

/** The values that a condition can compare. */
function plain(item: Item = {}): Plain {
  const entries = Object.entries(item);
  return Object.fromEntries(
    entries.map(([name, { S, N, BOOL }]) => [name, N === undefined ? (S ?? BOOL) : Number(N)]),
  );
}

/** The item after an update expression of SET and REMOVE. */
function updated(expression: string, before: Item, values: Item): Item {
  const [set = "", remove = ""] = expression.split(" REMOVE ");
  const next: Record<string, Value> = { ...before };
  for (const [, field = "", value = ""] of set.matchAll(/#(\w+) = (:\w+)/g)) {
    next[field] = values[value] ?? {};
  }
  for (const [, field = ""] of remove.matchAll(/#(\w+)/g)) delete next[field];
  return next;
}

/** Bytes of an item as DynamoDB counts them, near enough: names and values in UTF-8. */
export function bytesOf(item: Item): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + sizeOf(value)));
}

function sizeOf({ S, N, L, M }: Value): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L !== undefined) return 3 + sum(L.map((each) => 1 + sizeOf(each)));
  return M === undefined ? 1 : 3 + Object.keys(M).length + bytesOf(M);
}

function units(item: Item | undefined, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytesOf(item ?? {}) / unitBytes));
}

/**
 * An entry that moves to another key costs a removal and a write. An unchanged entry costs nothing. An
 * entry with other attributes costs one write.
 */
function indexUnits(before: Item | undefined, after: Item | undefined, { key, sort }: Index) {
  const isSame = (names: readonly string[]) =>
    names.every((name) => isDeepStrictEqual(before?.[name], after?.[name]));
  if (isSame(Object.keys({ ...before, ...after }))) return 0;
  const removed = before === undefined ? 0 : units(before, 1024);
  const written = after === undefined ? 0 : units(after, 1024);
  return isSame([key, sort]) ? Math.max(removed, written) : removed + written;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

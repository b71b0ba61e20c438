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

  const write = (request: TableRequest, change: (before: Item | undefined) => Item | undefined) => {
    const key = (request.Key ?? request.Item)?.[keyName]?.S ?? "";
    const before = items.get(key);
    const { ConditionExpression: condition, ExpressionAttributeValues: values = {} } = request;
    if (condition !== undefined && !conditionOf(condition)(plain(before), plain(values, ":"))) {
      const __type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
      return { body: { __type }, isRefused: true, key, writeUnits: units(before, 1024) };
    }
    const after = change(before);
    if (after === undefined) items.delete(key);
    else items.set(key, after);
    let writeUnits = Math.max(units(before, 1024), units(after, 1024));
    for (const index of Object.values(indexes)) {
      writeUnits += indexUnits(entryOf(before, index), entryOf(after, index), index);
    }
    const body = request.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
    return { body, key, writeUnits };
  };

  const query = (request: TableRequest) => {
    const index = indexes[request.IndexName ?? ""];
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

  return {
    items,
    /** The answer, and the units that DynamoDB would charge. Throws for what the bridge must not use. */
    answer(operation: string, request: TableRequest): TableAnswer {
      const { Key, Item: item, UpdateExpression = "", ExpressionAttributeValues = {} } = request;
      switch (operation) {
        case "GetItem": {
          const key = Key?.[keyName]?.S ?? "";
          const found = items.get(key);
          const readUnits = units(found, 4096) * (request.ConsistentRead === true ? 1 : 0.5);
          return { body: found === undefined ? {} : { Item: found }, key, readUnits };
        }
        case "PutItem":
          return write(request, () => item);
        case "DeleteItem":
          return write(request, () => undefined);
        case "UpdateItem":
          return write(request, (before) =>
            updated(UpdateExpression, before ?? { ...Key }, ExpressionAttributeValues),
          );
        case "Query":
          return query(request);
        default:
          throw new Error(`The bridge must not use ${operation}.`);
      }
    },
    /** Puts an item without counting it. */
    seed: (item: Item) => void items.set(item[keyName]?.S ?? "", item),
    /** Bytes that an item is stored as, and its entries in the indexes, which are not backed up. */
    bytesStored(id: string): { readonly table: number; readonly indexes: number } {
      const stored = (each: Item | undefined) =>
        each === undefined ? 0 : bytesOf(each) + overheadBytes;
      const entries = Object.values(indexes).map((index) => stored(entryOf(items.get(id), index)));
      return {
        table: stored(items.get(id)),
        indexes: entries.reduce((sum, each) => sum + each, 0),
      };
    },
  };
}

type TableAnswer = {
  readonly body: object;
  readonly key: string;
  readonly isRefused?: boolean;
  readonly writeUnits?: number;
  readonly readUnits?: number;
};
type Plain = Readonly<Record<string, string | number | boolean | undefined>>;
type Condition = (item: Plain, value: Plain) => boolean;
const conditions = new Map<string, Condition>();

/** A condition as JavaScript: comparisons and `attribute_not_exists`, joined by AND and OR. */
function conditionOf(expression: string): Condition {
  const known = conditions.get(expression);
  if (known !== undefined) return known;
  const script = expression
    .replaceAll(/attribute_not_exists\(#(\w+)\)/g, "item.$1 === undefined")
    .replaceAll(/#(\w+)/g, "item.$1")
    .replaceAll(/:(\w+)/g, "value.$1")
    .replaceAll(" = ", " === ")
    .replaceAll(" AND ", " && ")
    .replaceAll(" OR ", " || ");
  const condition = new Script(`(item, value) => ${script}`).runInThisContext() as Condition;
  conditions.set(expression, condition);
  return condition;
}

/** The values that a condition can compare, by their names without the prefix. */
function plain(item: Item = {}, prefix = ""): Plain {
  return Object.fromEntries(
    Object.entries(item).map(([name, { S, N, BOOL }]) => [
      name.slice(prefix.length),
      N === undefined ? (S ?? BOOL) : Number(N),
    ]),
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
  const each = Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + sizeOf(value));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

function sizeOf({ S, N, L, M }: Value): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L !== undefined) return 3 + L.reduce((sum, each) => sum + 1 + sizeOf(each), 0);
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
    names.every((name) => JSON.stringify(before?.[name]) === JSON.stringify(after?.[name]));
  if (isSame(Object.keys({ ...before, ...after }))) return 0;
  const removed = before === undefined ? 0 : units(before, 1024);
  const written = after === undefined ? 0 : units(after, 1024);
  return isSame([key, sort]) ? Math.max(removed, written) : removed + written;
}

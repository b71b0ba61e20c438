import { holds, updated } from "./expressions.ts";
import type { Attributes, Placeholders, Value } from "./expressions.ts";

/** An index of a table: its two keys and its projected attributes. */
export type Index = {
  readonly key: string;
  readonly sort: string;
  readonly holds: "all" | readonly string[];
};

/** The bytes that DynamoDB adds to a stored item, and to an index entry. */
const overheadBytes = 100;

/** A request to a table. */
export type TableRequest = Placeholders & {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValues?: string;
  readonly ConsistentRead?: boolean;
  readonly IndexName?: string;
  readonly ScanIndexForward?: boolean;
};

/** The answer, and the write or read units that DynamoDB would charge. */
export type TableAnswer = {
  readonly body: object;
  readonly key: string;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly isRefused?: boolean;
};

/**
 * One table in memory, with the arithmetic of DynamoDB's price list: a write unit for each KB begun of
 * the larger of the item before and after, the same for each index entry that changes, a read unit for
 * 4 KB, half of one where a read may be a moment old. Not DynamoDB: no paging, no time-to-live.
 */
export class MemoryTable {
  readonly items = new Map<string, Attributes>();
  readonly #key: string;
  readonly #indexes: Readonly<Record<string, Index>>;

  constructor(key: string, indexes: Readonly<Record<string, Index>>) {
    this.#key = key;
    this.#indexes = indexes;
  }

  answer(operation: string, request: TableRequest): TableAnswer {
    switch (operation) {
      case "GetItem":
        return this.#get(request);
      case "PutItem":
        return this.#write(request, () => request.Item);
      case "DeleteItem":
        return this.#write(request, () => undefined);
      case "UpdateItem":
        return this.#write(request, (before) =>
          updated(request.UpdateExpression ?? "", before ?? { ...request.Key }, request),
        );
      case "Query":
        return this.#query(request);
      default:
        throw new Error(`The bridge must not use ${operation}.`);
    }
  }

  /** Bytes that an item is stored as, and its entries in the indexes, which are not backed up. */
  bytesStored(id: string): { readonly table: number; readonly indexes: number } {
    const item = this.items.get(id);
    const stored = (each: Attributes | undefined) =>
      each === undefined ? 0 : bytesOf(each) + overheadBytes;
    const entries = Object.values(this.#indexes).map((index) => stored(this.#entry(item, index)));
    return { table: stored(item), indexes: entries.reduce((sum, each) => sum + each, 0) };
  }

  /** Puts an item without counting it. */
  seed(item: Attributes): void {
    this.items.set(item[this.#key]?.S ?? "", item);
  }

  #get({ Key, ConsistentRead }: TableRequest): TableAnswer {
    const key = Key?.[this.#key]?.S ?? "";
    const Item = this.items.get(key);
    const readUnits = units(Item, 4096) * (ConsistentRead === true ? 1 : 0.5);
    return { body: Item === undefined ? {} : { Item }, key, writeUnits: 0, readUnits };
  }

  #write(
    request: TableRequest,
    change: (before: Attributes | undefined) => Attributes | undefined,
  ): TableAnswer {
    const key = (request.Key ?? request.Item)?.[this.#key]?.S ?? "";
    const before = this.items.get(key);
    const { ConditionExpression: condition } = request;
    if (condition !== undefined && !holds(condition, before, request)) {
      const __type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
      const body = { __type, message: "The conditional request failed" };
      return { body, key, writeUnits: units(before, 1024), readUnits: 0, isRefused: true };
    }
    const after = change(before);
    if (after === undefined) this.items.delete(key);
    else this.items.set(key, after);
    let writeUnits = Math.max(units(before, 1024), units(after, 1024));
    for (const index of Object.values(this.#indexes)) {
      writeUnits += indexUnits(this.#entry(before, index), this.#entry(after, index), index);
    }
    const isAsked = request.ReturnValues === "ALL_NEW";
    return { body: isAsked ? { Attributes: after } : {}, key, writeUnits, readUnits: 0 };
  }

  /** The index entry of an item. Undefined for an item without the index's keys. */
  #entry(item: Attributes | undefined, { key, sort, holds }: Index): Attributes | undefined {
    if (item?.[key] === undefined || item[sort] === undefined) return undefined;
    const kept = holds === "all" ? Object.keys(item) : [this.#key, key, sort, ...holds];
    const present = kept.flatMap((name) => {
      const value = item[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(present);
  }

  #query(request: TableRequest): TableAnswer {
    const index = this.#indexes[request.IndexName ?? ""];
    if (index === undefined) throw new Error("A query goes to an index, by one key.");
    const [value = {}] = Object.values(request.ExpressionAttributeValues ?? {});
    const key = value.S ?? "";
    const found: Attributes[] = [];
    for (const item of this.items.values()) {
      const entry = item[index.key]?.S === key ? this.#entry(item, index) : undefined;
      if (entry !== undefined) found.push(entry);
    }
    found.sort((a, b) => order(a[index.sort], b[index.sort]));
    if (request.ScanIndexForward === false) found.reverse();
    const bytes = found.reduce((sum, item) => sum + bytesOf(item), 0);
    const readUnits = Math.max(1, Math.ceil(bytes / 4096)) * 0.5;
    return { body: { Items: found, Count: found.length }, key, writeUnits: 0, readUnits };
  }
}

/** Bytes of an item as DynamoDB counts them, near enough: names and values in UTF-8. */
export function bytesOf(item: Attributes): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    return sum + Buffer.byteLength(name) + valueBytes(value);
  }, 0);
}

function valueBytes(value: Value): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.L !== undefined)
    return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0);
  return 1;
}

function units(item: Attributes | undefined, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytesOf(item ?? {}) / unitBytes));
}

/**
 * An entry that moves to another key costs a removal and a write. An unchanged entry costs nothing. An
 * entry with other attributes costs one write.
 */
function indexUnits(
  before: Attributes | undefined,
  after: Attributes | undefined,
  { key, sort }: Index,
): number {
  const isSame = (names: readonly string[]) =>
    names.every((name) => JSON.stringify(before?.[name]) === JSON.stringify(after?.[name]));
  if (isSame(Object.keys({ ...before, ...after }))) return 0;
  const [removed, written] = [before, after].map((entry) =>
    entry === undefined ? 0 : units(entry, 1024),
  ) as [number, number];
  return isSame([key, sort]) ? Math.max(removed, written) : removed + written;
}

function order(a: Value | undefined, b: Value | undefined): number {
  const [left, right] = [a, b].map((each) => each?.N ?? each?.S ?? "");
  return Number(left) - Number(right) || (left ?? "").localeCompare(right ?? "");
}

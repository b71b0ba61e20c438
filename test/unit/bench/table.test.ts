import { describe, expect, test } from "@jest/globals";
import { bytesOf, createTable } from "../../../bench/world/table.ts";
import type { Item } from "../../../bench/world/table.ts";

type Table = ReturnType<typeof createTable>;
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const });
const active = {
  IndexName: "active",
  KeySchema: [hash("activeHour"), { AttributeName: "activeAtMillis", KeyType: "RANGE" as const }],
  Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["conversationId"] },
};
const aTable = () => createTable({ KeySchema: [hash("id")], GlobalSecondaryIndexes: [active] });
const put = (table: Table, item: Item) =>
  table.answer("PutItem", { TableName: "Deliveries", Item: { id: { S: "event" }, ...item } })
    .writeUnits;
const noted: Item = {
  activeHour: { S: "472222/1" },
  activeAtMillis: { N: "1700000000000" },
  conversationId: { S: "tg-700-42" },
};

describe("write units of an item in a partial index", () => {
  test.each([
    { name: "a new one without the index's keys", before: undefined, after: {}, units: 1 },
    { name: "a new one with them", before: undefined, after: noted, units: 2 },
    {
      name: "a change of an attribute outside the index",
      before: noted,
      after: { ...noted, state: { S: "sent" } },
      units: 1,
    },
    {
      name: "a change of an attribute in the index",
      before: noted,
      after: { ...noted, conversationId: { S: "tg-700-43" } },
      units: 2,
    },
    {
      name: "a move to another key",
      before: noted,
      after: { ...noted, activeHour: { S: "472223/1" } },
      units: 3,
    },
    {
      name: "a move within the key",
      before: noted,
      after: { ...noted, activeAtMillis: { N: "1700000000001" } },
      units: 3,
    },
    { name: "the item's removal from the index", before: noted, after: {}, units: 2 },
  ])("$name: $units", ({ before, after, units }) => {
    const table = aTable();
    if (before !== undefined) put(table, before);

    expect(put(table, after)).toBe(units);
  });
});

test.each([
  { isForward: undefined, order: ["1", "2"] },
  { isForward: false, order: ["2", "1"] },
])("a query returns the order of the sort key or the reverse (%#)", ({ isForward, order }) => {
  const table = aTable();
  for (const at of ["2", "1"]) {
    put(table, { ...noted, id: { S: at }, activeAtMillis: { N: at } });
  }

  const { body } = table.answer("Query", {
    TableName: "Deliveries",
    IndexName: "active",
    ExpressionAttributeValues: { ":value": { S: "472222/1" } },
    ...(isForward === undefined ? {} : { ScanIndexForward: isForward }),
  });

  const { Items } = body as { Items: readonly Item[] };
  expect(Items.map(({ activeAtMillis }) => activeAtMillis?.N)).toEqual(order);
});

test("an index entry is stored next to its item, and adds a hundred bytes", () => {
  const [table, plain] = [aTable(), aTable()];
  put(table, noted);
  put(plain, { conversationId: noted["conversationId"] ?? { S: "" } });

  const entryBytes = bytesOf({ id: { S: "event" }, ...noted }) + 100;
  expect(table.bytesStored("event")).toEqual({ table: entryBytes, indexes: entryBytes });
  expect(plain.bytesStored("event").table).toBeLessThan(entryBytes);
  expect(plain.bytesStored("event").indexes).toBe(0);
});

describe("a conditional change", () => {
  const change = (ConditionExpression: string, values: Item) => {
    const table = aTable();
    table.seed({ id: "event", state: "sending", untilMillis: 1000 });
    const { status = 200 } = table.answer("UpdateItem", {
      TableName: "Deliveries",
      Key: { id: { S: "event" } },
      ConditionExpression,
      UpdateExpression: "SET #state = :next REMOVE #untilMillis",
      ExpressionAttributeValues: { ":next": { S: "sent" }, ...values },
    });
    return { status, item: table.items.get("event") };
  };
  const sending = { ":held": { S: "sending" } };

  test.each([
    { condition: "attribute_not_exists(#owner) AND #state = :held", values: sending },
    {
      condition: "#owner = :held OR #untilMillis < :now",
      values: { ...sending, ":now": { N: "9999" } },
    },
  ])("is made when it holds: $condition", ({ condition, values }) => {
    expect(change(condition, values)).toEqual({
      status: 200,
      item: { id: { S: "event" }, state: { S: "sent" } },
    });
  });

  test.each([
    { condition: "attribute_not_exists(#state)", values: {} },
    { condition: "#state = :held AND #owner = :held", values: sending },
    {
      condition: "#state = :held AND (#untilMillis > :now OR #owner < :now)",
      values: { ...sending, ":now": { N: "1000" } },
    },
  ])("is refused when it does not hold: $condition", ({ condition, values }) => {
    expect(change(condition, values)).toMatchObject({
      status: 400,
      item: { state: { S: "sending" }, untilMillis: { N: "1000" } },
    });
  });

  test("with a condition that the bridge does not write is an error", () => {
    expect(() => change("begins_with(#state, :held)", sending)).toThrow("begins_with");
  });
});

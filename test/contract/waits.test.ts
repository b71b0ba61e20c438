import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoDueWaits } from "../../lambdas/aws/caretaker-stores.ts";
import { dynamoWaitList } from "../../lambdas/aws/delivery-stores.ts";
import type { DueWaits, WaitList } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { MemoryWaits } from "../support/memory/stores.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const index = { name: "parked", key: "parkedAs", sort: "receivedAtMillis", sortType: "N" } as const;
const ofDynamo = async () => {
  const table = await dynamo.table(`deliveries-${(tables += 1)}`, "id", index);
  return { list: dynamoWaitList(table), due: dynamoDueWaits(table) };
};
const ofMemory = async () => {
  const waits = new MemoryWaits();
  return { list: waits, due: waits };
};
const aWait = (number: number, sinceMillis = number) => ({
  conversationId: `tg-700-${number}`,
  sinceMillis,
});

describe.each<{ name: string; create: () => Promise<{ list: WaitList; due: DueWaits }> }>([
  { name: "over DynamoDB", create: ofDynamo },
  { name: "in memory", create: ofMemory },
])("the list of waits $name", ({ create }) => {
  test("lists what is due, the longest due first, at most so many", async () => {
    const { list, due } = await create();
    await list.put(aWait(1), 3000);
    await list.put(aWait(2), 1000);
    await list.put(aWait(3), 2000);
    await list.put(aWait(4), 3001);

    expect(await due.due(3000, 9)).toEqual([aWait(2), aWait(3), aWait(1)]);
    expect(await due.due(3000, 2)).toEqual([aWait(2), aWait(3)]);
    expect(await due.due(999, 9)).toEqual([]);
  });

  test.each(["list", "due"] as const)("forgets a wait that is taken off by %s", async (side) => {
    const sides = await create();
    await sides.list.put(aWait(1), 1000);

    await sides[side].remove(aWait(1));
    await sides[side].remove(aWait(1));

    expect(await sides.due.due(1000, 9)).toEqual([]);
  });

  test.each(["list", "due"] as const)(
    "keeps the newer wait of a chat when %s takes off the one before",
    async (side) => {
      const sides = await create();
      await sides.list.put(aWait(1, 100), 1000);
      await sides.list.put(aWait(1, 200), 2000);

      await sides[side].remove(aWait(1, 100));

      expect(await sides.due.due(2000, 9)).toEqual([aWait(1, 200)]);
    },
  );

  test("lists a wait that begins after another one of its chat has ended", async () => {
    const { list, due } = await create();
    await list.put(aWait(1, 100), 1000);
    await list.remove(aWait(1, 100));
    await list.put(aWait(1, 200), 2000);

    expect(await due.due(2000, 9)).toEqual([aWait(1, 200)]);
  });
});

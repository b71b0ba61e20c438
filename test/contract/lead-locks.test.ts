import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoLeadLocks } from "../../lambdas/aws/lead-locks.ts";
import type { LeadLocks } from "../../lambdas/model/stores.ts";
import { MemoryLeadLocks } from "../support/memory/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const start = 1_700_000_000_000;
const lease = { nowMillis: start, untilMillis: start + 60_000 };

describe.each([
  { name: "in memory", create: async (): Promise<LeadLocks> => new MemoryLeadLocks() },
  {
    name: "in DynamoDB",
    create: async () => dynamoLeadLocks(await dynamo.table(`locks-${(tables += 1)}`, "id")),
  },
])("locks of leads $name", ({ create }) => {
  let locks: LeadLocks;
  beforeEach(async () => {
    locks = await create();
  });

  test("go to one of ten owners at a time", async () => {
    const owners = Array.from({ length: 10 }, (_, index) => `owner-${index}`);

    const claims = await Promise.all(owners.map((owner) => locks.claim(7, owner, lease)));

    expect(claims.filter((claim) => "lostAnswers" in claim)).toHaveLength(1);
    expect(claims.filter((claim) => "busyUntilMillis" in claim)).toHaveLength(9);
  });

  test("are separate for each contact", async () => {
    await locks.claim(7, "one", lease);

    expect(await locks.claim(8, "two", lease)).toEqual({ lostAnswers: 0 });
  });

  test("keep what is known of the lead for the next owner", async () => {
    await locks.claim(7, "one", lease);
    await locks.record(7, "one", { lostAnswers: 1, requestedAtMillis: start });
    await locks.release(7, "one");

    expect(await locks.claim(7, "two", lease)).toEqual({
      lostAnswers: 1,
      requestedAtMillis: start,
    });
  });

  test("pass to another owner after the lease, and the first one can record nothing", async () => {
    await locks.claim(7, "one", lease);
    const later = { nowMillis: start + 60_001, untilMillis: start + 120_000 };
    await locks.claim(7, "two", later);

    expect(await locks.record(7, "one", { lostAnswers: 0, leadId: 1 })).toBe(false);
    await locks.release(7, "one");
    expect(await locks.claim(7, "three", later)).toEqual({ busyUntilMillis: start + 120_000 });
  });

  test("count the turns of responsible users", async () => {
    expect([await locks.nextTurn(), await locks.nextTurn(), await locks.nextTurn()]).toEqual([
      0, 1, 2,
    ]);
  });
});

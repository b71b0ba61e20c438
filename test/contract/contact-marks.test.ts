import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoContactMarks } from "../../lambdas/aws/delivery-stores.ts";
import { MemoryContactMarks } from "../support/memory/stores.ts";
import { contactMarkMillis } from "../../lambdas/model/conversation.ts";
import type { ContactMarks } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const start = 1_700_000_000_000;
const over = start + contactMarkMillis + 1;

describe.each([
  { name: "in memory", create: async (): Promise<ContactMarks> => new MemoryContactMarks() },
  {
    name: "in DynamoDB",
    create: async () => dynamoContactMarks(await dynamo.table(`marks-${(tables += 1)}`, "id")),
  },
])("marks of names $name", ({ create }) => {
  let marks: ContactMarks;
  beforeEach(async () => {
    marks = await create();
  });
  const aloneSince = (conversationId: string, name = "Anna") =>
    marks.aloneSinceMillis(name, conversationId);

  test("are empty at first", async () => {
    expect(await aloneSince("tg-1")).toBeUndefined();
  });

  test("name the only customer with a name, since the first mark", async () => {
    await marks.mark("Anna", "tg-1", start);
    await marks.mark("Anna", "tg-1", start + 1000);

    expect([await aloneSince("tg-1"), await aloneSince("tg-2")]).toEqual([start, undefined]);
  });

  test("name none of two customers with the same name, for any number of marks", async () => {
    await marks.mark("Anna", "tg-1", start);
    await marks.mark("Anna", "tg-2", start + 1000);
    await marks.mark("Anna", "tg-1", start + 2000);

    expect([await aloneSince("tg-1"), await aloneSince("tg-2")]).toEqual([undefined, undefined]);
  });

  test("are separate for each name", async () => {
    await marks.mark("Anna", "tg-1", start);
    await marks.mark("anna", "tg-2", start);

    expect([await aloneSince("tg-1"), await aloneSince("tg-2", "anna")]).toEqual([start, start]);
  });

  test("expire some minutes after the last one", async () => {
    await marks.mark("Anna", "tg-1", start);
    await marks.mark("Anna", "tg-2", start + 1);
    await marks.mark("Anna", "tg-2", over);
    const whileShared = await aloneSince("tg-2");

    await marks.mark("Anna", "tg-2", over + contactMarkMillis + 1);

    expect(whileShared).toBeUndefined();
    expect(await aloneSince("tg-2")).toBe(over + contactMarkMillis + 1);
  });

  test("do not make a returning customer the only one next to a newer one", async () => {
    await marks.mark("Anna", "tg-1", start);
    await marks.mark("Anna", "tg-2", over);
    const before = [await aloneSince("tg-1"), await aloneSince("tg-2")];

    await marks.mark("Anna", "tg-1", over + 1);

    expect(before).toEqual([undefined, over]);
    expect([await aloneSince("tg-1"), await aloneSince("tg-2")]).toEqual([undefined, undefined]);
  });

  test("have one owner at most when ten customers mark a name at once", async () => {
    const all = Array.from({ length: 10 }, (_, index) => `tg-${index}`);

    await Promise.all(all.map((each) => marks.mark("Anna", each, start)));

    for (const each of all) expect(await aloneSince(each)).toBeUndefined();
  });
});

test("have a hash instead of the name in DynamoDB, and expire there", async () => {
  const table = await dynamo.table("marks", "id");
  await dynamoContactMarks(table).mark("Anna", "tg-1", start);

  const item = await table.get("contact-name:v0_M1hYlG2eMVrnLekaBmxJmhTwYBjdkL1vH1rAfVVQ");

  expect(item).toMatchObject({ expiresAt: Math.ceil((start + contactMarkMillis) / 1000) });
  expect(JSON.stringify(item)).not.toContain("Anna");
});

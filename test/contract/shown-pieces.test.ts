import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoShownPieces } from "../../lambdas/aws/delivery-stores.ts";
import { MemoryShownPieces } from "../support/memory/stores.ts";
import type { ShownPieces } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const nowMillis = 1_700_000_000_000;

function describeShownPieces(name: string, create: () => Promise<ShownPieces>): void {
  describe(`the pieces of messages ${name}`, () => {
    test("are known by their numbers, stored once or twice", async () => {
      const pieces = await create();

      await pieces.remember("tg-700-42-5", 2, "picture", nowMillis);
      await pieces.remember("tg-700-42-5", 3, "text", nowMillis);
      await pieces.remember("tg-700-42-5", 2, "picture", nowMillis);

      expect([...(await pieces.of("tg-700-42-5"))]).toEqual([
        [2, "picture"],
        [3, "text"],
      ]);
    });

    test("are separate from the stored edits, of which the last is known", async () => {
      const pieces = await create();
      const isLastEdit = (number: number, words: string) =>
        pieces.isLastEdit("tg-700-42-5", number, words);
      expect(await isLastEdit(1, "Good evening")).toBe(false);

      await pieces.rememberEdit("tg-700-42-5", 1, "Good evening", nowMillis);
      await pieces.rememberEdit("tg-700-42-5", 2, "Good night", nowMillis);
      expect([await isLastEdit(1, "Good evening"), await isLastEdit(2, "Good evening")]).toEqual([
        true,
        false,
      ]);
      await pieces.rememberEdit("tg-700-42-5", 1, "Good day", nowMillis);

      expect([await isLastEdit(1, "Good evening"), await isLastEdit(1, "Good day")]).toEqual([
        false,
        true,
      ]);
      expect((await pieces.of("tg-700-42-5")).size).toBe(0);
    });

    test("do not exist for a message of one piece", async () => {
      const pieces = await create();
      await pieces.remember("tg-700-42-5", 2, "text", nowMillis);

      expect((await pieces.of("tg-700-42-50")).size).toBe(0);
    });
  });
}

describeShownPieces("in memory", async () => new MemoryShownPieces());
let tables = 0;
describeShownPieces("in DynamoDB", async () => {
  tables += 1;
  return dynamoShownPieces(await dynamo.table(`deliveries-${tables}`, "id"));
});

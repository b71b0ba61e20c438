import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoEchoMemory } from "../../lambdas/aws/delivery-stores.ts";
import { MemoryEchoMemory } from "../support/memory/stores.ts";
import type { EchoMemory } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

function describeEchoMemory(name: string, create: () => Promise<EchoMemory>): void {
  describe(`the memory of the bridge's own messages ${name}`, () => {
    test("knows the stored ids, stored once or twice, and no others", async () => {
      const memory = await create();

      await memory.remember("amojo-1", 1_700_000_000_000);
      await memory.remember("amojo-1", 1_700_000_001_000);

      expect([await memory.has("amojo-1"), await memory.has("amojo-2")]).toEqual([true, false]);
    });

    test.each(["m".repeat(200_000), "сообщение".repeat(300)])(
      "knows an id of any length and any characters",
      async (id) => {
        const memory = await create();

        await memory.remember(id, 1_700_000_000_000);

        expect([await memory.has(id), await memory.has(`${id}1`)]).toEqual([true, false]);
      },
    );
  });
}

describeEchoMemory("in memory", async () => new MemoryEchoMemory());
let tables = 0;
describeEchoMemory("in DynamoDB", async () => {
  tables += 1;
  return dynamoEchoMemory(await dynamo.table(`deliveries-${tables}`, "id"));
});

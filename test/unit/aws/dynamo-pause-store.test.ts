import { describe, expect, test } from "@jest/globals";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoPauseStore } from "../../../lambdas/aws/delivery-stores.ts";
import { DynamoTable } from "../../../lambdas/aws/table.ts";

/** An empty table that refuses changes on request and records its reads. */
function aStore({ refuses }: { refuses: boolean }) {
  const readsAsItIsNow: boolean[] = [];
  const client = new DynamoDBClient({ region: "eu-central-1" });
  client.send = async ({ input }: { input: object }) => {
    if ("ConsistentRead" in input) readsAsItIsNow.push(input.ConsistentRead === true);
    else if (refuses) throw new ConditionalCheckFailedException({ message: "", $metadata: {} });
    return { $metadata: {} };
  };
  const store = dynamoPauseStore(new DynamoTable(client, "deliveries", "id"));
  return { store, readsAsItIsNow };
}

describe("the reads of pauses", () => {
  test("may be slightly stale while no other sandbox changes them", async () => {
    const { store, readsAsItIsNow } = aStore({ refuses: false });

    await store.save(await store.load("to-telegram"));
    await store.load("to-telegram");

    expect(readsAsItIsNow).toEqual([false, false]);
  });

  test("see the change that blocked the sandbox's own, and nothing older is changed", async () => {
    const { store, readsAsItIsNow } = aStore({ refuses: true });

    await store.save(await store.load("to-telegram"));
    await store.load("main-api");
    await store.load("to-telegram");
    await store.load("to-telegram");

    expect(readsAsItIsNow).toEqual([false, false, true, false]);
  });
});

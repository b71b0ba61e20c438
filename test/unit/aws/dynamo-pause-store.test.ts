import { describe, expect, test } from "@jest/globals";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoPauseStore } from "../../../lambdas/aws/delivery-stores.ts";
import { DynamoTable } from "../../../lambdas/aws/table.ts";

/** A table with nothing in it, which refuses changes where asked to; tells how it was read. */
function aStore({ refuses }: { refuses: boolean }) {
  const readsAsItIsNow: boolean[] = [];
  const client = new DynamoDBClient({ region: "eu-central-1" });
  client.send = async ({ input }: { input: object }) => {
    if ("ConsistentRead" in input) readsAsItIsNow.push(input.ConsistentRead === true);
    else if (refuses) throw new ConditionalCheckFailedException({ message: "", $metadata: {} });
    return { $metadata: {} };
  };
  const store = new DynamoPauseStore(new DynamoTable(client, "deliveries", "id"));
  return { store, readsAsItIsNow };
}

describe("the reads of pauses", () => {
  test("may be a moment old as long as nobody else changes them", async () => {
    const { store, readsAsItIsNow } = aStore({ refuses: false });

    await store.save(await store.load("to-telegram"));
    await store.load("to-telegram");

    expect(readsAsItIsNow).toEqual([false, false]);
  });

  test("see the change that was in the way of ours, which is made to nothing older", async () => {
    const { store, readsAsItIsNow } = aStore({ refuses: true });

    await store.save(await store.load("to-telegram"));
    await store.load("main-api");
    await store.load("to-telegram");
    await store.load("to-telegram");

    expect(readsAsItIsNow).toEqual([false, false, true, false]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoPauseStore } from "../../lambdas/aws/delivery-stores.ts";
import { MemoryPauseStore } from "../support/memory/stores.ts";
import type { Pause, PauseName } from "../../lambdas/model/conversation.ts";
import type { PauseStore } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const aPause = (name: PauseName, untilMillis = 1_700_000_060_000): Pause => ({
  name,
  untilMillis,
  signs: [
    { kind: "limit", atMillis: 1_700_000_000_123, group: "tg-700-42" },
    { kind: "timeout", atMillis: 1_700_000_000_456, group: "status:tg-700--1001" },
  ],
});

describe.each([
  { name: "in memory", create: async (): Promise<PauseStore> => new MemoryPauseStore() },
  {
    name: "in DynamoDB",
    create: async () => dynamoPauseStore(await dynamo.table(`deliveries-${(tables += 1)}`, "id")),
  },
])("the store of pauses $name", ({ create }) => {
  let store: PauseStore;
  beforeEach(async () => {
    store = await create();
  });

  test("has no pause at first", async () => {
    expect(await store.load("main-api")).toEqual({
      pause: { name: "main-api", untilMillis: 0, signs: [] },
      version: 0,
    });
  });

  test("keeps a pause and its strikes unchanged", async () => {
    const saved = await store.save({ pause: aPause("to-telegram"), version: 0 });

    expect(saved).toBe(true);
    expect(await store.load("to-telegram")).toMatchObject({ pause: aPause("to-telegram") });
  });

  test("keeps pauses separate", async () => {
    await store.save({ pause: aPause("to-telegram"), version: 0 });

    expect((await store.load("to-amocrm")).pause.untilMillis).toBe(0);
  });

  test("accepts a change of the loaded state, and gives it a new version mark", async () => {
    await store.save({ pause: aPause("main-api", 1), version: 0 });
    const first = await store.load("main-api");

    const saved = await store.save({ ...first, pause: aPause("main-api", 2) });

    const second = await store.load("main-api");
    expect([saved, second.pause.untilMillis]).toEqual([true, 2]);
    expect(second.version).not.toBe(first.version);
  });

  test("refuses a change when another writer has changed it meanwhile", async () => {
    await store.save({ pause: aPause("main-api", 1), version: 0 });
    const seen = await store.load("main-api");
    await store.save({ ...seen, pause: aPause("main-api", 2) });

    const late = await store.save({ ...seen, pause: aPause("main-api", 3) });
    const first = await store.save({ pause: aPause("main-api", 4), version: 0 });

    expect([late, first]).toEqual([false, false]);
    expect((await store.load("main-api")).pause.untilMillis).toBe(2);
  });

  test.each(["at first", "later"])("accepts one of ten simultaneous changes, %s", async (when) => {
    if (when === "later") await store.save({ pause: aPause("main-api"), version: 0 });
    const seen = await store.load("main-api");

    const saves = await Promise.all(Array.from({ length: 10 }, () => store.save(seen)));

    expect(saves.filter(Boolean)).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { spooled } from "../../lambdas/aws/webhook-items.ts";
import type { DynamoTable } from "../../lambdas/aws/table.ts";
import { MemoryDeliveryLedger } from "../support/memory/ledger.ts";
import type { ActivityNote } from "../../lambdas/model/conversation.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { anEnvelope, sentTexts } from "../support/events.ts";
import { describeDeliveryLedger } from "./describe-delivery-ledger.ts";
import { describeEventStanding } from "./describe-delivery-states.ts";
import { describeLedgerLimits } from "./describe-ledger-limits.ts";
import { describeLedgerNotes } from "./describe-ledger-notes.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let table: DynamoTable;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  table = await dynamo.table("deliveries", "id");
});
afterAll(() => dynamo.close());

const inMemory = async () => {
  const ledger = new MemoryDeliveryLedger();
  return {
    ledger,
    parkedMessage: async (id: string) => ledger.entry(id)?.message,
    noteOf: async (id: string) => ledger.entry(id)?.active,
  };
};
const inDynamoDb = async () => ({
  ledger: new DynamoDeliveryLedger(table),
  parkedMessage: async (id: string) => (await table.get(id))?.["message"] as string | undefined,
  noteOf: async (id: string) => {
    const { conversationId, activeHour, activeAtMillis } = (await table.get(id)) ?? {};
    if (conversationId === undefined) return undefined;
    return { conversationId, activeHour, activeAtMillis } as ActivityNote;
  },
});

describeDeliveryLedger("in memory", inMemory);
describeDeliveryLedger("in DynamoDB", inDynamoDb);
describeLedgerNotes("in memory", inMemory);
describeLedgerNotes("in DynamoDB", inDynamoDb);
describeLedgerLimits("in memory", inMemory);
describeLedgerLimits("in DynamoDB", inDynamoDb);
describeEventStanding("in memory", inMemory);
describeEventStanding("in DynamoDB", inDynamoDb);

describe("an item of the deliveries table", () => {
  const nowMillis = 1_700_000_000_000;
  const request = { owner: "me", direction: "to-telegram", nowMillis } as const;

  test("expires 35 days after its claim, in Unix seconds, and never while it is parked", async () => {
    const ledger = new DynamoDeliveryLedger(table);
    const id = "amo:scope:expiring";
    await ledger.claim({ ...request, id, leaseUntilMillis: nowMillis + 1 });

    const claimed = await table.get(id);
    await ledger.park(id, "me", {
      reason: "blocked",
      detail: "403",
      message: "{}",
      receivedAtMillis: nowMillis,
      nowMillis,
    });
    const parked = await table.get(id);

    expect(claimed?.["expiresAt"]).toBe(1_700_000_000 + 35 * 86_400);
    expect(claimed).not.toHaveProperty("parkedAs");
    expect(parked).not.toHaveProperty("expiresAt");
    expect(parked).toMatchObject({ parkedAs: "parked", detail: "403", endedAtMillis: nowMillis });
  });

  test("keeps only the data that may still be needed", async () => {
    const ledger = new DynamoDeliveryLedger(table);
    const id = "amo:scope:ended";
    await ledger.claim({ ...request, id, leaseUntilMillis: nowMillis + 1 });

    await ledger.finish(id, "me", { state: "sent", steps: sentTexts("101"), nowMillis });

    const item = await table.get(id);
    expect(item).toEqual({
      id,
      state: "sent",
      direction: "to-telegram",
      steps: sentTexts("101"),
      endedAtMillis: nowMillis,
      expiresAt: 1_700_000_000 + 35 * 86_400,
    });
  });

  test("that is spooled has its envelope under a separate key, without expiry", async () => {
    const envelope = anEnvelope({ id: "amo:scope:spooled" });

    const { id, ...fields } = spooled(envelope);
    await table.put(id, fields);

    const item = await table.get("spool:amo:scope:spooled");
    expect(JSON.parse(item?.["message"] as string)).toEqual(envelope);
    expect(item).not.toHaveProperty("expiresAt");
    expect(await table.get("amo:scope:spooled")).toBeUndefined();
  });
});

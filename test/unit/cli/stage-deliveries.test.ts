import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openDeliveries } from "../../../cli/aws/open-sources.ts";
import { DynamoDeliveryLedger } from "../../../lambdas/aws/ledger.ts";
import type { DynamoTable } from "../../../lambdas/aws/table.ts";
import { startDynamoDb } from "../../support/dynamodb.ts";
import { aStage, outputs } from "./support.ts";

const nowMillis = 1_700_000_000_000;
const expiresAt = nowMillis / 1000 + 35 * 86_400;

let database: Awaited<ReturnType<typeof startDynamoDb>>;
let items: DynamoTable;
let deliveries: ReturnType<typeof openDeliveries>;
beforeAll(async () => {
  database = await startDynamoDb();
  items = await database.table(outputs.DeliveriesTable, "id");
  const { port = 0 } = (await database.client.config.endpoint?.()) ?? {};
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = { region: "eu-central-1", endpoint: `http://127.0.0.1:${port}`, credentials };
  deliveries = openDeliveries(aStage({ aws }), () => nowMillis);
});
afterAll(() => database.close());

describe("discarding an event in the table", () => {
  const parked = { state: "parked", parkedAs: "parked", message: "{}", reason: "blocked" };
  const held = { state: "sending", owner: "a", leaseUntilMillis: nowMillis + 1 };

  test("removes the message and sets the end", async () => {
    await items.put("parked", { ...parked, direction: "to-telegram", receivedAtMillis: 1000 });

    expect(await deliveries.discard("parked", { isDeadLetter: false })).toBe(true);
    expect(await deliveries.discard("parked", { isDeadLetter: false })).toBe(false);

    expect(await items.get("parked")).toEqual({
      id: "parked",
      state: "ignored",
      reason: "discarded",
      direction: "to-telegram",
      receivedAtMillis: 1000,
      endedAtMillis: nowMillis,
      expiresAt,
    });
  });

  test.each([
    { name: "parked", fields: parked, isDeadLetter: true, isGivenUp: true },
    { name: "unknown", fields: undefined, isDeadLetter: true, isGivenUp: true },
    { name: "unknown", fields: undefined, isDeadLetter: false, isGivenUp: false },
    { name: "waiting", fields: { state: "waiting" }, isDeadLetter: true, isGivenUp: true },
    { name: "waiting", fields: { state: "waiting" }, isDeadLetter: false, isGivenUp: false },
    { name: "held", fields: held, isDeadLetter: true, isGivenUp: false },
    {
      name: "held by a dead attempt",
      fields: { ...held, leaseUntilMillis: nowMillis },
      isDeadLetter: true,
      isGivenUp: true,
    },
    { name: "sent", fields: { state: "sent" }, isDeadLetter: true, isGivenUp: false },
  ])(
    "$name, as a dead letter ($isDeadLetter): $isGivenUp",
    async ({ name, fields, isDeadLetter, isGivenUp }) => {
      const id = `${name}/${isDeadLetter}`;
      if (fields !== undefined) await items.put(id, fields);

      expect(await deliveries.discard(id, { isDeadLetter })).toBe(isGivenUp);

      const state = isGivenUp ? "ignored" : fields?.state;
      expect((await items.get(id))?.["state"]).toBe(state);
    },
  );

  test("makes the sender ignore an event that a redrive has enqueued", async () => {
    await items.put("redriven", { ...parked, direction: "to-telegram", endedAtMillis: 1 });
    await deliveries.discard("redriven", { isDeadLetter: false });

    const claim = await new DynamoDeliveryLedger(items).claim({
      id: "redriven",
      owner: "b",
      direction: "to-telegram",
      nowMillis,
      leaseUntilMillis: nowMillis + 1000,
      redrive: 1,
    });

    expect(claim.kind).toBe("finished");
  });
});

test("an expired item is not found, also before DynamoDB removes it", async () => {
  await items.put("old", { state: "sent", expiresAt: nowMillis / 1000 });
  await items.put("new", { state: "sent", expiresAt: nowMillis / 1000 + 1 });

  expect(await deliveries.find("old")).toBeUndefined();
  expect(await deliveries.find("new")).toMatchObject({ id: "new", state: "sent" });
});

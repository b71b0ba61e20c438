import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { dynamoSpoolReader } from "../../lambdas/aws/caretaker-stores.ts";
import { dynamoDb, jsonSpool } from "../../lambdas/ingest/aws/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { anEnvelope } from "../support/events.ts";
import { aRecordingLogger } from "../support/recording-logger.ts";
import { aRequest, parking } from "./ledger-claims.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const index = { name: "parked", key: "parkedAs", sort: "receivedAtMillis", sortType: "N" } as const;
const deadline = { timeoutMillis: 1000 };
const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
const aSpool = async () => {
  const name = `deliveries-${(tables += 1)}`;
  const table = await dynamo.table(name, "id", index);
  const { origin } = dynamo;
  const client = new AwsJsonClient({ service: dynamoDb, origin, environment, maxAttempts: 1 });
  const spool = jsonSpool(client, name);
  const logger = aRecordingLogger();
  return {
    table,
    spool,
    logger,
    reader: dynamoSpoolReader(table, logger),
    /** Spools events in the given order. Their numbers are their receive times. */
    keep: async (...numbers: readonly number[]) => {
      for (const number of numbers) {
        await spool.put(anEnvelope({ id: `m${number}`, receivedAtMillis: number }), deadline);
      }
    },
  };
};
const idsOf = (envelopes: readonly { id: string }[]) => envelopes.map(({ id }) => id);

describe("the spool over DynamoDB", () => {
  test("returns the exact envelope", async () => {
    const { spool, reader } = await aSpool();
    const envelope = anEnvelope({
      id: "amo:scope:1",
      source: "amocrm",
      verified: false,
      signature: "ab12",
      scopeId: "scope",
      body: Buffer.from("words \u{1F600}\u0000").toString("base64"),
    });

    await spool.put(envelope, deadline);

    expect(await reader.oldest(10)).toEqual([envelope]);
  });

  test("is empty at first", async () => {
    const { reader } = await aSpool();

    expect(await reader.oldest(10)).toEqual([]);
  });

  test("lists the oldest first, for any order of writes", async () => {
    const { reader, keep } = await aSpool();
    await keep(30, 4, 200, 1);

    expect(idsOf(await reader.oldest(10))).toEqual(["m1", "m4", "m30", "m200"]);
    expect(idsOf(await reader.oldest(2))).toEqual(["m1", "m4"]);
  });

  test("deletes the removed event, and no other", async () => {
    const { reader, keep } = await aSpool();
    await keep(1, 2, 3);

    await reader.remove("m2");
    await reader.remove("never there");

    expect(idsOf(await reader.oldest(10))).toEqual(["m1", "m3"]);
  });

  test("keeps an event once, for any number of writes", async () => {
    const { reader, keep } = await aSpool();

    await keep(1, 1);

    expect(idsOf(await reader.oldest(10))).toEqual(["m1"]);
  });
});

describe("the spool over DynamoDB", () => {
  test.each(["no JSON", '{"v":3}', ""])(
    "lists the others when one is unreadable, and names it: '%s'",
    async (message) => {
      const { table, reader, logger, keep } = await aSpool();
      await keep(1, 3);
      await table.put("spool:odd", { parkedAs: "spooled", receivedAtMillis: 2, message });

      expect(idsOf(await reader.oldest(10))).toEqual(["m1", "m3"]);
      expect(logger.lines).toMatchObject([{ level: "error", fields: { key: "spool:odd" } }]);
    },
  );

  test("does not list parked events, although they are in the same index", async () => {
    const { table, reader, keep } = await aSpool();
    const ledger = new DynamoDeliveryLedger(table);
    await ledger.claim(aRequest("amo:scope:parked"));
    await ledger.park("amo:scope:parked", "me", parking);

    await keep(1);

    expect(idsOf(await reader.oldest(10))).toEqual(["m1"]);
  });

  test("lists more than one page of the table", async () => {
    const { spool, reader } = await aSpool();
    const body = "A".repeat(340_000);
    for (let number = 0; number < 5; number += 1) {
      await spool.put(anEnvelope({ id: `m${number}`, receivedAtMillis: number, body }), deadline);
    }

    expect(idsOf(await reader.oldest(10))).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  });
});

import { sentTexts } from "../support/events.ts";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { clientSettings, createDynamoClient, DynamoTable } from "../../lambdas/aws/table.ts";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { dynamoPauseStore } from "../../lambdas/aws/delivery-stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { aRequest, anId, entryOf, lease, parking, start, waiting } from "./ledger-claims.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let table: DynamoTable;
let ledger: DynamoDeliveryLedger;
/** DynamoDB's answer to the write whose answer will be lost. */
let losing: "done" | "refused" | undefined;

/** A proxy in front of DynamoDB: the write is made, and the answer never arrives. */
const front = createServer((request, response) => {
  void (async () => {
    const isWrite = /(Put|Update)Item$/.test(String(request.headers["x-amz-target"]));
    const answer = await fetch(dynamo.origin, {
      method: "POST",
      headers: request.headers as Record<string, string>,
      body: new Uint8Array(await buffer(request)),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (isWrite && losing === (answer.ok ? "done" : "refused")) {
      losing = undefined;
      return;
    }
    response.writeHead(answer.status, { "Content-Type": "application/x-amz-json-1.0" }).end(body);
  })();
});

beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.table("deliveries", "id");
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  client = createDynamoClient({
    endpoint: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 200 },
  });
  table = new DynamoTable(client, "deliveries", "id");
  ledger = new DynamoDeliveryLedger(table);
});
afterAll(async () => {
  client.destroy();
  front.closeAllConnections();
  front.close();
  await dynamo.close();
});

const claim = (...request: Parameters<typeof aRequest>) => ledger.claim(aRequest(...request));
async function losingAnAnswer<Result>(
  write: () => Promise<Result>,
  answer: "done" | "refused" = "done",
): Promise<Result> {
  losing = answer;
  const result = await write();
  expect(losing).toBeUndefined();
  return result;
}

describe("a write with a lost answer that the client repeats", () => {
  test("is still the claim of its attempt", async () => {
    const id = anId();

    const claimed = await losingAnAnswer(() => claim(id));

    expect(claimed).toMatchObject({ kind: "claimed", entry: { state: "sending", ambiguous: 0 } });
  });

  test("takes over from a crashed attempt once", async () => {
    const id = anId();
    await claim(id);

    const taken = await losingAnAnswer(() => claim(id, start + lease, { owner: "other" }));

    expect(taken).toMatchObject({ kind: "claimed", entry: { ambiguous: 1 } });
  });

  test("records a part once, so that no later part counts as sent", async () => {
    const id = anId();
    await claim(id);

    await losingAnAnswer(() => ledger.commitSteps(id, "me", sentTexts("1")));
    await ledger.commitSteps(id, "me", sentTexts("1", "2"));

    expect(await ledger.stepsOf(id)).toEqual(sentTexts("1", "2"));
  });

  test("ends the event", async () => {
    const id = anId();
    await claim(id);

    await losingAnAnswer(() =>
      ledger.finish(id, "me", { state: "sent", steps: sentTexts("1"), nowMillis: start }),
    );

    expect(entryOf(await claim(id))).toMatchObject({ state: "sent", steps: sentTexts("1") });
  });

  test("releases the event", async () => {
    const id = anId();
    await claim(id);

    await losingAnAnswer(() => ledger.release(id, "me", { ...waiting, attempts: 1 }));

    expect(entryOf(await claim(id))).toMatchObject({ attempts: 1 });
  });

  test("parks the event", async () => {
    const id = anId();
    await claim(id);

    await losingAnAnswer(() => ledger.park(id, "me", parking));

    expect(entryOf(await claim(id))).toMatchObject({ state: "parked" });
  });

  test("saves a pause", async () => {
    const pauses = dynamoPauseStore(table);
    const { version } = await pauses.load("to-telegram");
    const pause = { name: "to-telegram", untilMillis: start, signs: [] } as const;

    expect(await losingAnAnswer(() => pauses.save({ pause, version }))).toBe(true);
  });
});

test("a repeated write of an item with another owner is still refused", async () => {
  const id = anId();
  await claim(id, start, { owner: "first" });

  const other = await losingAnAnswer(() => claim(id, start + 1, { owner: "second" }), "refused");

  expect(other).toEqual({ kind: "later", untilMillis: start + lease });
});

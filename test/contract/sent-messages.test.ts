import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DynamoDeliveryLedger } from "../../lambdas/adapters/aws/dynamo-delivery-ledger.ts";
import { DynamoSentMessages } from "../../lambdas/adapters/aws/dynamo-sent-messages.ts";
import { MemoryDeliveryLedger } from "../../lambdas/adapters/memory/memory-delivery-ledger.ts";
import type { DeliveryLedger } from "../../lambdas/ports/delivery-ledger.ts";
import type { SentMessages } from "../../lambdas/ports/sent-messages.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

const index = { name: "sent", key: "sentTo", sort: "firstMessageNumber", sortType: "N" } as const;
const nowMillis = 1_700_000_000_000;

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

type Remembering = { readonly ledger: DeliveryLedger; readonly sent: SentMessages };

const inMemory = async (): Promise<Remembering> => {
  const ledger = new MemoryDeliveryLedger();
  return { ledger, sent: ledger };
};
let tables = 0;
const inDynamoDb = async (): Promise<Remembering> => {
  const name = `deliveries-${(tables += 1)}`;
  const table = await dynamo.table(name, "id", index);
  const sent = new DynamoSentMessages(dynamo.client, name, table);
  return { ledger: new DynamoDeliveryLedger(table), sent };
};

/** Delivers an operator's message as these Telegram messages. */
async function deliver(
  { ledger }: Remembering,
  amocrmMessageId: string,
  parts: readonly [string, ...string[]],
  conversationId = "tg-700-42",
): Promise<void> {
  const id = `amo:scope:${amocrmMessageId}`;
  const times = { nowMillis, leaseUntilMillis: nowMillis + 1000 };
  await ledger.claim({ id, owner: "me", direction: "to-telegram", ...times });
  for (const part of parts.slice(0, -1)) await ledger.commitPart(id, "me", part);
  const [firstTelegramMessageId] = parts;
  await ledger.finish(id, "me", {
    state: "sent",
    partId: parts.at(-1) ?? "",
    nowMillis,
    sentTo: { conversationId, amocrmMessageId, firstTelegramMessageId },
  });
}

describe.each([
  { where: "in memory", remembering: inMemory },
  { where: "in DynamoDB", remembering: inDynamoDb },
])("what went to Telegram, $where", ({ remembering }) => {
  test("is found by any of the messages it became", async () => {
    const known = await remembering();
    await deliver(known, "long", ["9", "10", "12"]);
    await deliver(known, "short", ["100"]);

    const asked = ["9", "10", "12", "100"];
    const found = await Promise.all(asked.map((id) => known.sent.amocrmMessageOf("tg-700-42", id)));

    expect(found).toEqual(["long", "long", "long", "short"]);
  });

  test.each([
    { name: "before the first", id: "8" },
    { name: "between the parts", id: "11" },
    { name: "after the last", id: "101" },
    { name: "that is no number", id: "nine" },
  ])("knows nothing of a message $name", async ({ id }) => {
    const known = await remembering();
    await deliver(known, "long", ["9", "10", "12"]);
    await deliver(known, "short", ["100"]);

    expect(await known.sent.amocrmMessageOf("tg-700-42", id)).toBeUndefined();
  });

  test("keeps chats apart", async () => {
    const known = await remembering();
    await deliver(known, "other", ["9"], "tg-700-43");

    expect(await known.sent.amocrmMessageOf("tg-700-42", "9")).toBeUndefined();
  });

  test("tells the first Telegram message of an event", async () => {
    const known = await remembering();
    await deliver(known, "long", ["9", "10"]);

    expect(await known.sent.telegramMessageOf("amo:scope:long")).toBe("9");
    expect(await known.sent.telegramMessageOf("amo:scope:none")).toBeUndefined();
  });
});

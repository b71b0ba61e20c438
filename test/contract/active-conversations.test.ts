import { sentTexts } from "../support/events.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoActiveConversations } from "../../lambdas/aws/conversations.ts";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { activeHoursSince, createActivity } from "../../lambdas/delivery/activity.ts";
import type { ActiveConversation } from "../../lambdas/model/conversation.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { aRequest, anId } from "./ledger-claims.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const hour = 3_600_000;
/** Half past an hour. */
const nowMillis = 472_222.5 * hour;
const index = {
  name: "active",
  key: "activeHour",
  sort: "activeAtMillis",
  sortType: "N",
  includes: ["conversationId"],
} as const;

/** Conversations with an event that was claimed that long ago, each noted by a different sandbox. */
const conversationsActive = async (agesMillis: Readonly<Record<string, number>>) => {
  const table = `deliveries-${(tables += 1)}`;
  const deliveries = await dynamo.table(table, "id", index);
  const ledger = new DynamoDeliveryLedger(deliveries);
  const claimAt = async (conversationId: string, millis: number, id = anId()) => {
    const active = createActivity().due(conversationId, millis);
    await ledger.claim(aRequest(id, millis, active === undefined ? {} : { active }));
    return id;
  };
  for (const [id, ageMillis] of Object.entries(agesMillis))
    await claimAt(id, nowMillis - ageMillis);
  const active = dynamoActiveConversations(deliveries, (sinceMillis) =>
    activeHoursSince(sinceMillis, nowMillis),
  );
  return { ledger, claimAt, since: (ageMillis: number) => active.since(nowMillis - ageMillis) };
};
const all = async (found: AsyncIterable<ActiveConversation>) => {
  const listed: ActiveConversation[] = [];
  for await (const conversation of found) listed.push(conversation);
  return listed;
};
const idsOf = async (found: AsyncIterable<ActiveConversation>) =>
  (await all(found)).map(({ conversationId }) => conversationId);

describe("the active conversations over DynamoDB", () => {
  test("are those noted since the given time, to the hour, the newest hours first", async () => {
    const ages = { "tg-700-1": 0, "tg-700-4": 4 * hour, "tg-700-3": 2 * hour, "tg-700-2": hour };
    const { since } = await conversationsActive(ages);

    expect(await idsOf(since(0))).toEqual(["tg-700-1"]);
    expect(await idsOf(since(hour))).toEqual(["tg-700-1", "tg-700-2"]);
    expect(await idsOf(since(2 * hour))).toEqual(["tg-700-1", "tg-700-2", "tg-700-3"]);
  });

  test("are found in every part of their hour's index", async () => {
    const ids = Array.from({ length: 40 }, (_, chat) => `tg-700-${chat + 1}`);
    const { since } = await conversationsActive(Object.fromEntries(ids.map((id) => [id, 0])));

    expect((await idsOf(since(0))).toSorted()).toEqual(ids.toSorted());
  });

  test("leave out conversations whose claims had no note", async () => {
    const { ledger, since } = await conversationsActive({ "tg-700-1": 0 });
    await ledger.claim(aRequest(anId(), nowMillis));

    expect(await idsOf(since(hour))).toEqual(["tg-700-1"]);
  });

  test.each([
    { name: "of several hours", ages: [3 * hour, 0, hour] },
    { name: "of one hour", ages: [60_000, 0, 600_000] },
  ])("are listed once, with the latest time of notes $name", async ({ ages }) => {
    const { claimAt, since } = await conversationsActive({});
    for (const ageMillis of ages) await claimAt("tg-700-1", nowMillis - ageMillis);

    expect(await all(since(3 * hour))).toEqual([
      { conversationId: "tg-700-1", activeAtMillis: nowMillis },
    ]);
  });

  test("are listed once each, also when one is noted during the read", async () => {
    const { claimAt, since } = await conversationsActive({ "tg-700-1": hour, "tg-700-2": hour });
    const listed: string[] = [];

    for await (const { conversationId } of since(hour)) {
      if (!listed.includes(conversationId)) await claimAt(conversationId, nowMillis);
      listed.push(conversationId);
    }

    expect(listed.toSorted()).toEqual(["tg-700-1", "tg-700-2"]);
  });

  test("include those of finished events", async () => {
    const { ledger, claimAt, since } = await conversationsActive({});
    const id = await claimAt("tg-700-1", nowMillis);

    await ledger.finish(id, "me", { state: "sent", steps: sentTexts("101"), nowMillis });

    expect(await all(since(0))).toEqual([
      { conversationId: "tg-700-1", activeAtMillis: nowMillis },
    ]);
  });
});

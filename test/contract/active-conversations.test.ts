import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DynamoActiveConversations } from "../../lambdas/adapters/aws/dynamo-active-conversations.ts";
import { DynamoConversationStore } from "../../lambdas/adapters/aws/dynamo-conversation-store.ts";
import { activeHoursSince, touch } from "../../lambdas/domain/activity.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const hour = 3_600_000;
/** Half past some hour. */
const nowMillis = 472_222.5 * hour;
const index = { name: "active", key: "activeHour", sort: "conversationId" } as const;

const conversationsTouched = async (touches: Readonly<Record<string, number>>) => {
  const table = `conversations-${(tables += 1)}`;
  const store = new DynamoConversationStore(await dynamo.table(table, "conversationId", index));
  const touchAt = async (id: string, millis: number) =>
    store.update(id, { amojoChatId: `c-${id}`, ...touch(id, undefined, millis) });
  for (const [id, ageMillis] of Object.entries(touches)) await touchAt(id, nowMillis - ageMillis);
  const active = new DynamoActiveConversations({
    client: dynamo.client,
    table,
    store,
    hoursSince: (sinceMillis) => activeHoursSince(sinceMillis, nowMillis),
  });
  return { store, touchAt, since: (ageMillis: number) => active.since(nowMillis - ageMillis) };
};
const all = async (found: AsyncIterable<Conversation>) => {
  const ids: string[] = [];
  for await (const { conversationId } of found) ids.push(conversationId);
  return ids.toSorted();
};

describe("the active conversations over DynamoDB", () => {
  test("are those touched since then, to the hour", async () => {
    const touches = { "tg-700-1": 0, "tg-700-2": hour, "tg-700-3": 2 * hour, "tg-700-4": 4 * hour };
    const { since } = await conversationsTouched(touches);

    expect(await all(since(0))).toEqual(["tg-700-1"]);
    expect(await all(since(hour))).toEqual(["tg-700-1", "tg-700-2"]);
    expect(await all(since(2 * hour))).toEqual(["tg-700-1", "tg-700-2", "tg-700-3"]);
  });

  test("are told with all that is known of them", async () => {
    const { store, since } = await conversationsTouched({ "tg-700-1": 0 });
    await store.update("tg-700-1", { createdAtMillis: 5, language: "ru" });

    const found: Conversation[] = [];
    for await (const conversation of since(0)) found.push(conversation);

    expect(found).toMatchObject([
      { conversationId: "tg-700-1", amojoChatId: "c-tg-700-1", createdAtMillis: 5, language: "ru" },
    ]);
  });

  test("are found whatever part of their hour's index they are in", async () => {
    const ids = Array.from({ length: 40 }, (_, chat) => `tg-700-${chat}`);
    const { since } = await conversationsTouched(Object.fromEntries(ids.map((id) => [id, 0])));

    expect(await all(since(0))).toEqual(ids.toSorted());
  });

  test("leave out those that nothing ever went through", async () => {
    const { store, since } = await conversationsTouched({ "tg-700-1": 0 });
    await store.update("tg-700-2", { amojoChatId: "c2" });

    expect(await all(since(hour))).toEqual(["tg-700-1"]);
  });

  test("are under their last hour alone", async () => {
    const { touchAt, since } = await conversationsTouched({ "tg-700-1": hour });

    await touchAt("tg-700-1", nowMillis);

    expect(await all(since(2 * hour))).toEqual(["tg-700-1"]);
  });

  test("are each told once, also when one is touched meanwhile", async () => {
    const { touchAt, since } = await conversationsTouched({ "tg-700-1": hour, "tg-700-2": hour });
    const told: string[] = [];

    for await (const { conversationId } of since(hour)) {
      if (!told.includes(conversationId)) await touchAt(conversationId, nowMillis);
      told.push(conversationId);
    }

    expect(told.toSorted()).toEqual(["tg-700-1", "tg-700-2"]);
  });
});

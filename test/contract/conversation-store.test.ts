import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamoConversationStore } from "../../lambdas/aws/conversations.ts";
import { MemoryConversationStore } from "../support/memory/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { describeConversationStore } from "./describe-conversation-store.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

describeConversationStore("in memory", async () => new MemoryConversationStore());
describeConversationStore("in DynamoDB", async () =>
  dynamoConversationStore(await dynamo.table("conversations", "conversationId")),
);

test("a language that only another version of the bridge knows is unknown, and the chat stays readable", async () => {
  const table = await dynamo.table("later-conversations", "conversationId");
  await table.update("tg-700-42", {
    set: { amojoChatId: "c1", language: "tlh", languageChosen: "tlh" },
  });

  const found = await dynamoConversationStore(table).find("tg-700-42");

  expect(found).toEqual({ conversationId: "tg-700-42", amojoChatId: "c1" });
});

import { afterAll, beforeAll } from "@jest/globals";
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

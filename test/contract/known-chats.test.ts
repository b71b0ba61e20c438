import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoConversationStore, dynamoKnownChats } from "../../lambdas/aws/conversations.ts";
import { MemoryConversationStore } from "../support/memory/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const index = { name: "amojoChat", key: "amojoChatId", includes: ["conversationId"] } as const;

describe.each([
  {
    name: "in memory",
    open: async () => {
      const conversations = new MemoryConversationStore();
      return { conversations, knownChats: conversations };
    },
  },
  {
    name: "in DynamoDB",
    open: async () => {
      const table = await dynamo.table("conversations", "conversationId", index);
      const conversations = dynamoConversationStore(table);
      return { conversations, knownChats: dynamoKnownChats(table) };
    },
  },
])("chats by amoCRM's ids $name", ({ open }) => {
  test("lead to the conversation with that chat, and to no other", async () => {
    const { conversations, knownChats } = await open();
    await conversations.update("tg-700-1", { amojoChatId: "chat-1" });
    await conversations.update("tg-700-2", { language: "en" });
    await conversations.update("tg-700-3", { amojoChatId: "chat-3" });
    await conversations.update("tg-700-3", { language: "ru" });

    expect(await knownChats.conversationOf("chat-1")).toBe("tg-700-1");
    expect(await knownChats.conversationOf("chat-3")).toBe("tg-700-3");
    expect(await knownChats.conversationOf("chat-2")).toBeUndefined();
  });
});

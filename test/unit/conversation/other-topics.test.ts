import { expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { rememberOtherTopic } from "../../../lambdas/conversation/topics.ts";
import type { Recipient } from "../../../lambdas/delivery/step.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";

const conversationId = "tg-700-42";
const topics = ["10:77", "20:78"];
const aside: Recipient = {
  conversationId,
  chatId: "42",
  where: { topicId: "77" },
  isOtherTopic: true,
};

const topicsAfter = async (to: Recipient, id: string, isBroken = false) => {
  const store = new MemoryConversationStore();
  await store.update(conversationId, { topics });
  const broken = Object.assign(new MemoryConversationStore(), {
    find: async () => {
      throw new Error("no table");
    },
  });
  await rememberOtherTopic(to, { id }, anAttemptAt(isBroken ? broken : store));
  return (await store.find(conversationId))?.topics;
};

test("a message that went to another topic is remembered with that topic", async () => {
  expect(await topicsAfter(aside, "30")).toEqual(["30=:77", ...topics]);
});

test.each([
  {
    name: "that went to the customer's current topic",
    to: { conversationId, chatId: "42" },
    id: "30",
  },
  { name: "without an id", to: aside, id: "" },
])("a message $name is not remembered", async ({ to, id }) => {
  expect(await topicsAfter(to, id)).toEqual(topics);
});

test("the message does not fail when it cannot be remembered", async () => {
  expect(await topicsAfter(aside, "30", true)).toEqual(topics);
});

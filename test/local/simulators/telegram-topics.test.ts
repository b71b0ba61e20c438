import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(`${receiver.url}/telegram`, "secret");
  await telegram.customerSays(bob, "No topics here");
  await telegram.customerSays(ann, "In general");
  await inTopic(77);
  await inTopic(78);
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const inTopic = (topic: number) =>
  telegram.customer.send(ann, { text: "Hi", message_thread_id: topic, is_topic_message: true });
const send = (parameters: Record<string, unknown>) =>
  call(telegram, "sendMessage", { chat_id: ann.id, text: "Hello", ...parameters });
const notFound = { http: 400, description: "Bad Request: message thread not found" };

describe("a topic of a private chat", () => {
  test("accepts messages and typing, and returns messages with that topic", async () => {
    const sent = await send({ message_thread_id: 77 });
    const action = { chat_id: ann.id, action: "typing", message_thread_id: 77 };

    expect(sent.result).toMatchObject({ message_thread_id: 77, is_topic_message: true });
    expect(telegram.messages()).toMatchObject([{ chatId: ann.id, topic: 77 }]);
    expect(await call(telegram, "sendChatAction", action)).toMatchObject({ http: 200 });
  });

  test.each([
    { name: "the topic number that means no topic", chat_id: ann.id, message_thread_id: 1 },
    { name: "a topic without messages", chat_id: ann.id, message_thread_id: 79 },
    { name: "any topic in a chat without topics", chat_id: bob.id, message_thread_id: 77 },
  ])("is refused if it is $name", async ({ chat_id, message_thread_id }) => {
    const where = { chat_id, message_thread_id };

    expect(await send(where)).toMatchObject(notFound);
    expect(await call(telegram, "sendChatAction", { ...where, action: "typing" })).toMatchObject(
      notFound,
    );
  });

  test("accepts an answer to one of its messages", async () => {
    await send({ reply_parameters: { message_id: 2 } });

    expect(telegram.messages()).toMatchObject([{ topic: 77, replyToMessageId: 2 }]);
  });

  test("refuses an answer to a message of another topic", async () => {
    const reply_parameters = { message_id: 2, allow_sending_without_reply: true };

    expect(await send({ message_thread_id: 78, reply_parameters })).toMatchObject({
      http: 400,
      description: "Bad Request: message to be replied not found",
    });
  });

  test("can be deleted, with all its messages", async () => {
    const remove = () =>
      fetch(`${telegram.root}/_sim/customers/${ann.id}/delete-topic`, {
        method: "POST",
        body: JSON.stringify({ topic: 77 }),
      });

    expect([(await remove()).status, (await remove()).status]).toEqual([200, 400]);
    expect(await send({ message_thread_id: 77 })).toMatchObject(notFound);
    expect(await send({ reply_parameters: { message_id: 2 } })).toMatchObject({ http: 400 });
    expect(await send({ message_thread_id: 78 })).toMatchObject({ http: 200 });
  });

  test("is reported by getMe for the bot", async () => {
    const { result } = await call(telegram, "getMe");

    expect(result).toMatchObject({ has_topics_enabled: true, allows_users_to_create_topics: true });
  });
});

describe("a chat without topics", () => {
  test("gives an answer the number of its thread, which is not a topic", async () => {
    await telegram.customer.send(bob, { text: "And this" }, { messageId: 1 });

    const message = receiver.bodies<{ message: object }>().at(-1)?.message;
    expect(message).toMatchObject({ message_thread_id: 1 });
    expect(message).not.toHaveProperty("is_topic_message");
    expect(await send({ chat_id: bob.id, message_thread_id: 1 })).toMatchObject(notFound);
  });
});

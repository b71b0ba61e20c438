import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

let telegram: TelegramSimulator;
let messenger: BotApiMessenger;
const chat = String(ann.id);
beforeEach(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  messenger = new BotApiMessenger({
    apiRoot: telegram.root,
    token: aFakeSecret({ token: botToken }),
  });
});
afterEach(() => telegram.close());

describe("a text to a customer", () => {
  test("replies to a message and has its buttons", async () => {
    const buttons = [[{ text: "Yes" }, { text: "Site", url: "https://a.example/" }]];

    await messenger.sendText(chat, "Sure?", { repliesTo: "1", buttons });

    expect(telegram.messages()).toMatchObject([
      {
        text: "Sure?",
        replyToMessageId: 1,
        replyMarkup: {
          inline_keyboard: [
            [
              { text: "Yes", callback_data: "t:Yes" },
              { text: "Site", url: "https://a.example/" },
            ],
          ],
        },
      },
    ]);
  });

  test("gives the customer a button that shares their number, and removes it", async () => {
    await messenger.sendText(chat, "Yours?", { keyboard: { sharePhone: "My number" } });
    void telegram.customer.share(ann.id, "79990000001").catch(() => undefined);
    await messenger.sendText(chat, "Thanks", { keyboard: "remove" });

    expect(telegram.messages()).toMatchObject([
      { replyMarkup: { keyboard: [[{ text: "My number", request_contact: true }]] } },
      { replyMarkup: { remove_keyboard: true } },
    ]);
    await expect(telegram.customer.share(ann.id, "79990000001")).rejects.toThrow("no button");
  });

  test("goes to a topic, like the team's bot messages and the typing indicator", async () => {
    const inTopic = { text: "Hi", message_thread_id: 77, is_topic_message: true };
    void telegram.customer.send(ann, inTopic).catch(() => undefined);
    const where = { topicId: "77" };

    await messenger.sendText(chat, "Hello", where);
    await messenger.request(chat, "sendMessage", { text: "Hello again" }, where);
    await messenger.sendTyping(chat, where);

    expect(telegram.messages()).toMatchObject([{ topic: 77 }, { topic: 77 }]);
    const gone = { blames: "topic" };
    const otherTopic = { topicId: "78" };
    await expect(messenger.sendText(chat, "Hi", otherTopic)).rejects.toMatchObject(gone);
    await expect(messenger.sendTyping(chat, otherTopic)).rejects.toMatchObject(gone);
    // A reply stays in its topic, though it may go without the quoted message.
    const answer = { ...otherTopic, repliesTo: "2" };
    await expect(messenger.sendText(chat, "Hi", answer)).rejects.toMatchObject(gone);
  });

  test.each(["99", "no number", "0"])(
    "in reply to a missing message (%s) goes without the reply",
    async (repliesTo) => {
      await messenger.sendText(chat, "Hello", { repliesTo });

      expect(telegram.messages()).toMatchObject([{ text: "Hello" }]);
      expect(telegram.messages()[0]).not.toHaveProperty("replyToMessageId");
    },
  );

  test("is sent for a business account through its connection", async () => {
    await telegram.sendUpdate({
      business_connection: { id: "bc1", user: ann, user_chat_id: ann.id },
    });

    await messenger.sendText(chat, "Not here", { businessConnectionId: "bc1" });

    expect(telegram.messages()).toMatchObject([{ businessConnectionId: "bc1" }]);
  });
});

describe("a reaction to a customer's message", () => {
  test.each([
    { emoji: "👍", shown: "👍" },
    { emoji: "❤️", shown: "❤" },
    { emoji: "😂", shown: "🤣" },
  ])("$emoji is set as $shown, and removed", async ({ emoji, shown }) => {
    await messenger.react(chat, "1", emoji);
    const put = telegram.reaction(ann.id, 1);
    await messenger.react(chat, "1", undefined);

    expect([put, telegram.reaction(ann.id, 1)]).toEqual([shown, undefined]);
  });

  test.each([
    { name: "that resembles no allowed one", emoji: "🚲", messageId: "1" },
    { name: "to a missing message", emoji: "👍", messageId: "99" },
  ])("$name is refused", async ({ emoji, messageId }) => {
    await expect(messenger.react(chat, messageId, emoji)).rejects.toMatchObject({
      name: "PermanentFailure",
      reason: "refused-by-telegram",
    });
  });
});

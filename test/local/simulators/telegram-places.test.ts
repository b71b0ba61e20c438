import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(receiver.url, "");
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

describe("a reaction of the bot", () => {
  const react = (reaction: unknown) =>
    call(telegram, "setMessageReaction", { chat_id: ann.id, message_id: 1, reaction });

  test("is set and removed", async () => {
    await react([{ type: "emoji", emoji: "👍" }]);
    const put = telegram.reaction(ann.id, 1);
    await react([]);

    expect([put, telegram.reaction(ann.id, 1)]).toEqual(["👍", undefined]);
  });

  test.each([
    [{ type: "emoji", emoji: "🚲" }],
    [{ type: "emoji", emoji: "❤️" }],
    [{ type: "custom_emoji", custom_emoji_id: "1" }],
  ])("of %j is not allowed", async (reaction) => {
    expect(await react([reaction])).toMatchObject({ description: "Bad Request: REACTION_INVALID" });
  });
});

describe("a group that the bot was added to", () => {
  test("cannot be asked for a number", async () => {
    const chat = { id: -1001, type: "supergroup", title: "Neighbours" };
    await telegram.sendUpdate({ message: { message_id: 7, from: ann, chat, date: 1, text: "Hi" } });

    const answer = await call(telegram, "sendMessage", {
      chat_id: -1001,
      text: "Yours?",
      reply_markup: { keyboard: [[{ text: "My number", request_contact: true }]] },
    });

    expect(answer).toMatchObject({
      description: "Bad Request: phone number can be requested in private chats only",
    });
  });

  test("can receive messages", async () => {
    const chat = { id: -1001, type: "supergroup", title: "Neighbours" };
    await telegram.sendUpdate({ message: { message_id: 7, from: ann, chat, date: 1, text: "Hi" } });

    const { result } = await call(telegram, "sendMessage", { chat_id: -1001, text: "Not here" });

    expect(result).toMatchObject({ message_id: 8, chat });
  });
});

describe("a business connection", () => {
  test("must be known before the bot can write through it", async () => {
    const send = () =>
      call(telegram, "sendMessage", {
        chat_id: ann.id,
        text: "Not here",
        business_connection_id: "bc1",
      });
    const unknown = await send();
    await telegram.sendUpdate({
      business_connection: { id: "bc1", user: ann, user_chat_id: ann.id },
    });

    expect(unknown).toMatchObject({ description: "Bad Request: business connection not found" });
    expect((await send()).http).toBe(200);
    expect(telegram.messages()).toMatchObject([{ businessConnectionId: "bc1" }]);
  });
});

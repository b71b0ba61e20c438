import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver, eventually } from "./support/receiver.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

type Update = { update_id: number; message: { text: string; message_id: number } };

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(`${receiver.url}/telegram`, "secret");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const texts = () => receiver.bodies<Update>().map(({ message }) => message.text);
const info = async () => (await call(telegram, "getWebhookInfo")).result;
const set = (parameters: Record<string, unknown>) =>
  call(telegram, "setWebhook", { url: receiver.url, ...parameters });

describe("a customer's message", () => {
  test("reaches the webhook in Telegram's format", async () => {
    const { updateId, messageId } = await telegram.customerSays(ann, "/start Привет");

    expect(receiver.received[0]).toMatchObject({
      url: "/telegram",
      headers: {
        "content-type": "application/json",
        "x-telegram-bot-api-secret-token": "secret",
      },
      raw: expect.stringContaining("/start \\u041f\\u0440"),
    });
    expect(receiver.bodies()).toEqual([
      {
        update_id: updateId,
        message: {
          message_id: messageId,
          from: { id: ann.id, is_bot: false, first_name: "Ann", language_code: "ru" },
          chat: { id: ann.id, first_name: "Ann", type: "private" },
          date: expect.any(Number),
          text: "/start Привет",
          entities: [{ offset: 0, length: 6, type: "bot_command" }],
        },
      },
    ]);
  });

  test.each([500, 401, 302, 0])(
    "is repeated after the answer %i until it is accepted",
    async (refusal) => {
      await telegram.close();
      telegram = await startTelegram({
        webhookPatienceMillis: 50,
        webhookBackoff: { firstMillis: 10, mostMillis: 20 },
      });
      telegram.setWebhook(receiver.url, "secret");
      receiver.answerNext(refusal, refusal);

      const { updateId } = await telegram.customerSays(ann, "Hi");

      expect(receiver.bodies<Update>().map((update) => update.update_id)).toEqual([
        updateId,
        updateId,
        updateId,
      ]);
    },
  );

  test("delays the later ones of its chat and of no other chat", async () => {
    receiver.answerNext(500, 200);

    const first = telegram.customerSays(ann, "1");
    const second = telegram.customerSays(ann, "2");
    await telegram.customerSays(bob, "other");
    await Promise.all([first, second]);

    expect(texts().filter((text) => text !== "other")).toEqual(["1", "1", "2"]);
    expect(texts().indexOf("other")).toBeLessThan(2);
  });

  test("waits while there is no webhook, and is sent when there is one", async () => {
    await call(telegram, "deleteWebhook");
    const message = telegram.customerSays(ann, "Hi");
    await eventually(() => telegram.calls().length > 0);
    expect(await info()).toMatchObject({ url: "", pending_update_count: 1 });

    telegram.setWebhook(receiver.url, "");
    await message;

    expect(texts()).toEqual(["Hi"]);
    expect(receiver.received[0]?.headers).not.toHaveProperty("x-telegram-bot-api-secret-token");
  });

  test("is repeated at growing intervals, up to the longest", async () => {
    await telegram.close();
    telegram = await startTelegram({ webhookBackoff: { firstMillis: 20, mostMillis: 60 } });
    telegram.setWebhook(receiver.url, "");
    receiver.answerNext(500, 500, 500, 500);

    await telegram.customerSays(ann, "Hi");

    const times = receiver.received.map(({ atMillis }) => atMillis);
    for (const [index, atLeastMillis] of [20, 40, 60, 60].entries()) {
      const distance = (times[index + 1] ?? 0) - (times[index] ?? 0);
      expect(distance).toBeGreaterThanOrEqual(atLeastMillis - 2);
    }
  });

  test("is given up after a day", async () => {
    let now = 1_700_000_000_000;
    await telegram.close();
    telegram = await startTelegram({ now: () => now });
    telegram.setWebhook(receiver.url, "");
    receiver.answerNext(500);
    const message = telegram.customerSays(ann, "Hi");
    now += 24 * 60 * 60 * 1000;

    await expect(message).rejects.toThrow("24 hours");
  });

  test("is not possible from a customer who blocked the bot", async () => {
    await telegram.customerSays(ann, "Hi");
    telegram.block(ann.id);

    await expect(telegram.customerSays(ann, "Hi")).rejects.toThrow("blocked");
  });
});

describe("other updates", () => {
  test("are sent with any fields and return the status of the first attempt", async () => {
    receiver.answerNext(500);
    const update = { novelty: { chat: { id: 1 }, anything: true } };

    const { updateId, status } = await telegram.sendUpdate(update);

    expect(status).toBe(500);
    await eventually(() => receiver.received.length === 2);
    expect(receiver.bodies()).toEqual(Array(2).fill({ update_id: updateId, ...update }));
  });

  test("can be sent twice with one id", async () => {
    await telegram.sendUpdate({ update_id: 5, poll: {} });
    await telegram.sendUpdate({ update_id: 5, poll: {} });

    expect(receiver.bodies()).toEqual(Array(2).fill({ update_id: 5, poll: {} }));
  });

  test("a photo opens its chat for the bot's answers", async () => {
    const message = {
      message_id: 40,
      chat: { id: 9, type: "private" },
      from: { id: 9 },
      photo: [],
    };
    await telegram.sendUpdate({ message });

    const answer = await call(telegram, "sendMessage", { chat_id: 9, text: "Nice" });

    expect(answer.result).toMatchObject({ message_id: 41 });
  });

  test("blocking and unblocking arrive as changes of membership", async () => {
    await telegram.customerSays(ann, "Hi");
    telegram.block(ann.id);
    telegram.block(ann.id);
    telegram.unblock(ann.id);
    await eventually(() => receiver.received.length === 3);

    const changes = receiver.bodies<{ my_chat_member?: { new_chat_member: unknown } }>().slice(1);
    expect(changes.map(({ my_chat_member: change }) => change?.new_chat_member)).toMatchObject([
      { status: "kicked", user: { id: 777000 } },
      { status: "member" },
    ]);
  });

  test("are not sent to a webhook that does not want them", async () => {
    await set({ allowed_updates: ["callback_query"] });

    await telegram.customerSays(ann, "Hi");
    await telegram.sendUpdate({ callback_query: { id: "c", from: ann } });
    await telegram.sendUpdate({ message_reaction: { chat: { id: ann.id } } });

    expect(receiver.received).toHaveLength(1);
    expect(await info()).toMatchObject({ allowed_updates: ["callback_query"] });
  });

  test("reactions are sent only on request", async () => {
    expect(await telegram.sendUpdate({ message_reaction: {} })).toMatchObject({ status: 0 });
    await set({ allowed_updates: ["message_reaction"] });
    expect(await telegram.sendUpdate({ message_reaction: {} })).toMatchObject({ status: 200 });
  });
});

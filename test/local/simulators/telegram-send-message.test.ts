import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram({ botUsername: "ann_bot" });
  telegram.setWebhook(`${receiver.url}/telegram`, "secret");
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const send = (parameters: Record<string, unknown>) =>
  call(telegram, "sendMessage", { chat_id: ann.id, text: "Hello", ...parameters });

describe("sendMessage", () => {
  test("returns the sent message", async () => {
    const answer = await send({ text: "  Hello\n", reply_parameters: { message_id: 1 } });

    expect(answer.result).toEqual({
      message_id: 2,
      from: { id: 777000, is_bot: true, first_name: "ann_bot", username: "ann_bot" },
      chat: { id: ann.id, first_name: "Ann", type: "private" },
      date: expect.any(Number),
      text: "Hello",
      reply_to_message: expect.objectContaining({ message_id: 1, text: "Hi" }),
    });
    expect(telegram.messages()).toMatchObject([
      { chatId: ann.id, messageId: 2, text: "Hello", method: "sendMessage", replyToMessageId: 1 },
    ]);
  });

  test.each<{ parameters: Record<string, unknown>; http?: number; description: string }>([
    { parameters: { chat_id: undefined }, description: "Bad Request: chat_id is empty" },
    { parameters: { chat_id: bob.id }, description: "Bad Request: chat not found" },
    { parameters: { chat_id: "@somebody" }, description: "Bad Request: chat not found" },
    { parameters: { text: undefined }, description: "Bad Request: message text is empty" },
    { parameters: { text: " \n" }, description: "Bad Request: message text is empty" },
    {
      parameters: { text: "\u200b\u2800 \u00a0" },
      description: "Bad Request: message text is empty",
    },
    {
      parameters: {
        reply_markup: {
          inline_keyboard: Array.from({ length: 101 }, (_, at) => [
            { text: `${at}`, callback_data: `${at}` },
          ]),
        },
      },
      description: "Bad Request: reply markup is too long",
    },
    {
      parameters: {
        reply_markup: { inline_keyboard: [[{ text: "я".repeat(5200), callback_data: "a" }]] },
      },
      description: "Bad Request: reply markup is too long",
    },
    { parameters: { text: "😀".repeat(2049) }, description: "Bad Request: message is too long" },
    {
      parameters: { reply_parameters: { message_id: 99 } },
      description: "Bad Request: message to be replied not found",
    },
    {
      parameters: { reply_to_message_id: 99 },
      description: "Bad Request: message to be replied not found",
    },
    {
      parameters: { reply_markup: "[" },
      description: "Bad Request: can't parse reply_markup JSON object",
    },
    {
      parameters: { reply_markup: 5 },
      description: "Bad Request: object expected as reply markup",
    },
    {
      parameters: { reply_markup: { inline_keyboard: [{ text: "A" }] } },
      description: "Bad Request: can't parse reply keyboard markup JSON object",
    },
    {
      parameters: { reply_markup: { inline_keyboard: [[{ text: "A" }]] } },
      description:
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    },
    {
      parameters: {
        reply_markup: { inline_keyboard: [[{ text: "A", callback_data: "я".repeat(33) }]] },
      },
      description: "Bad Request: BUTTON_DATA_INVALID",
    },
    ...[
      { text: "cut emoji \ud83d" },
      { text: "\ude00 cut emoji" },
      { reply_markup: { inline_keyboard: [[{ text: "\ud83d", callback_data: "a" }]] } },
      { reply_markup: JSON.stringify({ keyboard: [["\ud83d"]] }) },
    ].map((parameters) => ({
      parameters,
      description: "Bad Request: strings must be encoded in UTF-8",
    })),
    ...[
      { url: "tel:+15550100", why: "Unsupported URL protocol" },
      { url: "mailto:ann@shop.example", why: "Unsupported URL protocol" },
      { url: "http://", why: "Wrong HTTP URL" },
      { url: "nowhere", why: "Wrong HTTP URL" },
    ].map(({ url, why }) => ({
      parameters: { reply_markup: { inline_keyboard: [[{ text: "A", url }]] } },
      description: `Bad Request: inline keyboard button URL '${url}' is invalid: ${why}`,
    })),
    { parameters: { parse_mode: "BBCode" }, description: "Bad Request: unsupported parse_mode" },
    {
      parameters: { parse_mode: "HTML", text: "я < b> <i>x" },
      description: 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 3',
    },
    {
      parameters: { parse_mode: "HTML", text: "<i>x" },
      description:
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"i\"",
    },
    {
      parameters: { parse_mode: "MarkdownV2", text: "Done." },
      description:
        "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    },
  ])("refuses $parameters: $description", async ({ parameters, description }) => {
    expect(await send(parameters)).toEqual({ http: 400, ok: false, error_code: 400, description });
    expect(telegram.messages()).toEqual([]);
  });

  test.each<{ parameters: Record<string, unknown>; text?: string }>([
    { parameters: { text: "😀".repeat(2048) }, text: "😀".repeat(2048) },
    { parameters: { parse_mode: "HTML", text: "<b>1 &lt; 2</b>" }, text: "1 < 2" },
    { parameters: { parse_mode: "MarkdownV2", text: "Done\\." }, text: "Done." },
    {
      parameters: { reply_parameters: { message_id: 99, allow_sending_without_reply: true } },
    },
    { parameters: { reply_markup: { keyboard: [["A", { text: "B" }]] } } },
    ...["https://shop.example/?a=1", "shop.example", "shop.example:8080/a", "tg://user?id=1"].map(
      (url) => ({ parameters: { reply_markup: { inline_keyboard: [[{ text: "A", url }]] } } }),
    ),
    { parameters: { reply_markup: { inline_keyboard: [[{ text: "A", callback_data: "a" }]] } } },
  ])("accepts $parameters", async ({ parameters, text = "Hello" }) => {
    expect(await send(parameters)).toMatchObject({ http: 200, result: { text } });
  });

  test("shows at most twelve buttons of a row, and does not report the others", async () => {
    const labels = Array.from({ length: 13 }, (_, at) => `${at}`);
    const row = labels.map((text) => ({ text, callback_data: text }));
    const { result } = await send({ reply_markup: { inline_keyboard: [row, row.slice(0, 1)] } });

    const inline_keyboard = [row.slice(0, 12), row.slice(0, 1)];
    expect(result).toMatchObject({ reply_markup: { inline_keyboard } });
    expect(telegram.messages()).toMatchObject([{ replyMarkup: { inline_keyboard } }]);
  });

  test("is refused for customers who blocked the bot or deleted their account, and works after unblocking", async () => {
    telegram.block(ann.id);
    const blocked = await send({});
    telegram.unblock(ann.id);
    const unblocked = await send({});
    telegram.deactivate(ann.id);
    const deactivated = await send({});

    expect(blocked).toMatchObject({
      http: 403,
      description: "Forbidden: bot was blocked by the user",
    });
    expect(unblocked.http).toBe(200);
    expect(deactivated.description).toBe("Forbidden: user is deactivated");
  });

  test("numbers the messages of each chat separately", async () => {
    await telegram.customerSays(bob, "Hi");

    const ids = [await send({}), await send({ chat_id: bob.id })].map(
      ({ result }) => (result as { message_id: number }).message_id,
    );

    expect(ids).toEqual([2, 2]);
  });
});

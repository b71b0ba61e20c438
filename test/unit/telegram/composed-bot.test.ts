import { describe, expect, test } from "@jest/globals";
import { Composer } from "grammy/web";
import { ComposedBot } from "../../../lambdas/bot/composed-bot.ts";
import { answers } from "../../../lambdas/bot/answers.ts";
import type { BotContext } from "../../../lambdas/bot/answers.ts";
import { botId } from "../../support/events.ts";

const from = { id: 42, is_bot: false, first_name: "Anna" };
const chat = { id: 42, type: "private", first_name: "Anna" };
const bytes = (update: object) => Buffer.from(JSON.stringify({ update_id: 1, ...update }));
const entities = (text: string) =>
  text.startsWith("/") ? [{ type: "bot_command", offset: 0, length: text.length }] : [];
const said = (text: string) =>
  bytes({ message: { message_id: 5, date: 1, chat, from, text, entities: entities(text) } });
const pressed = (data: string) =>
  bytes({
    callback_query: {
      id: "7",
      from,
      chat_instance: "c",
      data,
      message: { message_id: 4, date: 1, chat },
    },
  });

describe("a composer of the team's own", () => {
  test("has its requests written down instead of made", async () => {
    const composer = new Composer<BotContext>();
    composer.on("message:text", async (ctx) => {
      await ctx.replyWithChatAction("typing");
      await ctx.reply(`You said ${ctx.message.text}`);
      await ctx.replyWithPhoto("file-1", { caption: "Look" });
      await ctx.replyWithDice("🎲");
    });

    const update = Buffer.concat([Buffer.from("\uFEFF"), said("hi")]);
    const { requests, callsOperator } = await new ComposedBot(composer, botId).answer(update, "en");

    expect(requests).toEqual([
      { method: "sendMessage", payload: { chat_id: 42, text: "You said hi" }, text: "You said hi" },
      {
        method: "sendPhoto",
        payload: { chat_id: 42, photo: "file-1", caption: "Look" },
        text: "Look",
      },
      { method: "sendDice", payload: { chat_id: 42, emoji: "🎲" }, text: "[sendDice]" },
    ]);
    expect(callsOperator).toBe(false);
  });

  test("leaves to the bridge where in the chat its words go", async () => {
    const composer = new Composer<BotContext>();
    composer.on("message:text", async (ctx) => {
      await ctx.reply("Here");
      await ctx.api.sendMessage(ctx.chat.id, "There", { message_thread_id: 78 });
    });
    const message = { message_id: 5, date: 1, chat, from, text: "hi", entities: [] };
    const topic = { message_thread_id: 77, is_topic_message: true };

    const update = bytes({ message: { ...message, ...topic } });
    const { requests } = await new ComposedBot(composer, botId).answer(update, "en");

    expect(requests.map(({ payload }) => payload)).toEqual([
      { chat_id: 42, text: "Here" },
      { chat_id: 42, text: "There", message_thread_id: 78 },
    ]);
  });

  test("calls an operator by what no handler answers, and by saying so", async () => {
    const composer = new Composer<BotContext>();
    composer.hears("help", async (ctx) => {
      await ctx.reply("One moment.");
      ctx.callOperator();
    });
    const bot = new ComposedBot(composer, botId);

    expect(await bot.answer(said("what?"), "en")).toEqual({ requests: [], callsOperator: true });
    expect(await bot.answer(said("help"), "en")).toMatchObject({
      requests: [{ text: "One moment." }],
      callsOperator: true,
    });
  });

  test("fails as its handler does, so that the bridge can call an operator", async () => {
    const composer = new Composer<BotContext>();
    composer.use(() => {
      throw new TypeError("a mistake");
    });

    await expect(new ComposedBot(composer, botId).answer(said("hi"), "en")).rejects.toThrow(
      "a mistake",
    );
  });

  test("answers the same update in the same way, however often it is asked", async () => {
    const bot = new ComposedBot(answers, botId);

    expect(await bot.answer(said("/start"), "ru")).toEqual(await bot.answer(said("/start"), "ru"));
  });
});

describe("the example that comes with the bridge", () => {
  const bot = new ComposedBot(answers, botId);

  test.each([
    { language: "en", hello: /^Hello!/, button: "Call an operator" },
    { language: "ru", hello: /^Здравствуйте!/, button: "Позвать оператора" },
  ] as const)("greets with a menu: $language", async ({ language, hello, button }) => {
    const { requests } = await bot.answer(said("/start"), language);

    expect(requests).toMatchObject([{ method: "sendMessage", text: expect.stringMatching(hello) }]);
    expect(JSON.stringify(requests[0]?.payload)).toContain(button);
  });

  test.each([
    { name: "by button", update: pressed("hours") },
    { name: "by question", update: said("When do you open?") },
  ])("tells the opening hours $name", async ({ update }) => {
    expect(await bot.answer(update, "en")).toMatchObject({
      requests: [{ text: expect.stringContaining("9:00 to 18:00") }],
      callsOperator: false,
    });
  });

  test.each([
    { name: "by button", update: pressed("operator") },
    { name: "by a question it has no answer to", update: said("What is life?") },
    {
      name: "by a photo",
      update: bytes({ message: { message_id: 5, date: 1, chat, from, photo: [] } }),
    },
  ])("calls an operator $name", async ({ update }) => {
    expect(await bot.answer(update, "en")).toEqual({ requests: [], callsOperator: true });
  });
});

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
const messageUpdate = (text: string) =>
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

describe("a team's own composer", () => {
  test("has its requests recorded instead of sent", async () => {
    const composer = new Composer<BotContext>();
    composer.on("message:text", async (ctx) => {
      await ctx.replyWithChatAction("typing");
      await ctx.reply(`You said ${ctx.message.text}`);
      await ctx.replyWithPhoto("file-1", { caption: "Look" });
      await ctx.replyWithDice("🎲");
    });

    const update = Buffer.concat([Buffer.from("\uFEFF"), messageUpdate("hi")]);
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

  test("leaves the topic and chat of its messages to the bridge", async () => {
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

  test("requests an operator for an update without a handler, and when a handler asks for one", async () => {
    const composer = new Composer<BotContext>();
    composer.hears("help", async (ctx) => {
      await ctx.reply("One moment.");
      ctx.callOperator();
    });
    const bot = new ComposedBot(composer, botId);

    expect(await bot.answer(messageUpdate("what?"), "en")).toEqual({
      requests: [],
      callsOperator: true,
    });
    expect(await bot.answer(messageUpdate("help"), "en")).toMatchObject({
      requests: [{ text: "One moment." }],
      callsOperator: true,
    });
  });

  test("fails when its handler fails, so that the bridge can request an operator", async () => {
    const composer = new Composer<BotContext>();
    composer.use(() => {
      throw new TypeError("a mistake");
    });

    await expect(
      new ComposedBot(composer, botId).answer(messageUpdate("hi"), "en"),
    ).rejects.toThrow("a mistake");
  });

  test("gives the same answer to the same update every time", async () => {
    const bot = new ComposedBot(answers, botId);

    expect(await bot.answer(messageUpdate("/start"), "ru")).toEqual(
      await bot.answer(messageUpdate("/start"), "ru"),
    );
  });
});

describe("the example bot in the repository", () => {
  const bot = new ComposedBot(answers, botId);

  test.each([
    { language: "en", hello: /^Hello!/, button: "Call an operator" },
    { language: "ru", hello: /^Здравствуйте!/, button: "Позвать оператора" },
    { language: "pt", hello: /^Olá!/, button: "Chamar um atendente" },
    { language: "es", hello: /^¡Hola!/, button: "Llamar a un agente" },
  ] as const)("greets with a menu: $language", async ({ language, hello, button }) => {
    const { requests } = await bot.answer(messageUpdate("/start"), language);

    expect(requests).toMatchObject([{ method: "sendMessage", text: expect.stringMatching(hello) }]);
    expect(JSON.stringify(requests[0]?.payload)).toContain(button);
  });

  test.each([
    { name: "by button", update: pressed("hours") },
    { name: "by question", update: messageUpdate("When do you open?") },
    { name: "by a question in Portuguese", update: messageUpdate("Qual é o horário?") },
    { name: "by a question in Spanish", update: messageUpdate("¿Cuándo abren?") },
  ])("sends the opening hours $name", async ({ update }) => {
    expect(await bot.answer(update, "en")).toMatchObject({
      requests: [{ text: expect.stringContaining("9:00 to 18:00") }],
      callsOperator: false,
    });
  });

  test.each([
    { name: "by button", update: pressed("operator") },
    { name: "by a question that it has no answer to", update: messageUpdate("What is life?") },
    {
      name: "by a photo",
      update: bytes({ message: { message_id: 5, date: 1, chat, from, photo: [] } }),
    },
  ])("requests an operator $name", async ({ update }) => {
    expect(await bot.answer(update, "en")).toEqual({ requests: [], callsOperator: true });
  });
});

import { Composer, InlineKeyboard } from "grammy/web";
import type { Context } from "grammy/web";
import type { Language } from "../model/conversation.ts";

/** The context of the bot's handlers: grammY's context, and the bridge's additions. */
export type BotContext = Context & {
  /** The customer's language: the one they chose, else the language of their Telegram. */
  readonly language: Language;
  /** Opens the conversation for the operators, with all its messages. The bot stops answering. */
  callOperator(): void;
};

/*
 * ┌──────────────────────────────────────────────────────────────────────────────────────────────┐
 * │ YOUR BOT. Where a bridge is set to hand over "on-request", this answers customers until an   │
 * │ operator is called. Replace what is below by your own: everything a grammY Composer can do   │
 * │ with an update and with replies. What no handler answers calls an operator.                  │
 * │                                                                                              │
 * │ Two rules, because a message is never lost and an attempt may be repeated: answer by the     │
 * │ update alone (no memory of your own in this process), and reply only through `ctx`.          │
 * └──────────────────────────────────────────────────────────────────────────────────────────────┘
 */

/** The bot's answers. */
export const answers = new Composer<BotContext>();

const words = {
  en: {
    hello: "Hello! I answer the usual questions, and call an operator for all others.",
    hours: "Opening hours",
    open: "We are open from Monday to Friday, 9:00 to 18:00.",
    operator: "Call an operator",
  },
  ru: {
    hello: "Здравствуйте! Я отвечаю на частые вопросы, а на остальные позову оператора.",
    hours: "Часы работы",
    open: "Мы работаем с понедельника по пятницу, с 9:00 до 18:00.",
    operator: "Позвать оператора",
  },
  pt: {
    hello: "Olá! Respondo às perguntas mais comuns e, para as demais, chamo um atendente.",
    hours: "Horário de atendimento",
    open: "Atendemos de segunda a sexta-feira, das 9h às 18h.",
    operator: "Chamar um atendente",
  },
  es: {
    hello: "¡Hola! Respondo las preguntas frecuentes y, para las demás, llamo a un agente.",
    hours: "Horario de atención",
    open: "Atendemos de lunes a viernes, de 9:00 a 18:00.",
    operator: "Llamar a un agente",
  },
};

answers.command(["start", "help"], (ctx) => {
  const { hello, hours, operator } = words[ctx.language];
  const menu = new InlineKeyboard().text(hours, "hours").row().text(operator, "operator");
  return ctx.reply(hello, { reply_markup: menu });
});

answers.callbackQuery("hours", (ctx) => ctx.reply(words[ctx.language].open));
answers.hears(
  /hours|when.*open|часы|когда.*работа|hor[áa]rio|quando.*abre|cu[áa]ndo.*abre/i,
  (ctx) => ctx.reply(words[ctx.language].open),
);

answers.callbackQuery("operator", (ctx) => ctx.callOperator());

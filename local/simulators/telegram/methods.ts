import * as z from "zod";
import type { SimulatedAnswer } from "../../http.ts";
import { badRequest, success } from "./answers.ts";
import { botObject, chatObject, readTopic } from "./bot.ts";
import type { Bot } from "./bot.ts";
import type { Parameters } from "./parameters.ts";
import { sendFile, sendMessage } from "./send-methods.ts";
import { noWebhook, readKinds, readWebhookSettings } from "./webhook-settings.ts";

type Method = (bot: Bot, parameters: Parameters) => SimulatedAnswer | Promise<SimulatedAnswer>;

const chatActions = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

/** @see https://core.telegram.org/bots/api#sendchataction */
const chatActionMillis = 5000;

/** The simulated methods by name. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["getMe", getMe],
  ["getChat", getChat],
  ["sendMessage", sendMessage],
  ["sendPhoto", sendFile("photo")],
  ["sendVideo", sendFile("video")],
  ["sendAnimation", sendFile("animation")],
  ["sendVoice", sendFile("voice")],
  ["sendAudio", sendFile("audio")],
  ["sendDocument", sendFile("document")],
  ["sendSticker", sendFile("sticker")],
  ["sendChatAction", sendChatAction],
  ["setWebhook", setWebhook],
  ["getWebhookInfo", (bot) => success(bot.webhook.info())],
  ["deleteWebhook", deleteWebhook],
  ["getUpdates", async (bot, parameters) => success(await bot.polling.get(parameters))],
  ["answerCallbackQuery", answerCallbackQuery],
  ["setMessageReaction", setMessageReaction],
  ["setMyCommands", setMyCommands],
  ["getMyCommands", getMyCommands],
  ["deleteMyCommands", deleteMyCommands],
  ["getUserProfilePhotos", getUserProfilePhotos],
  ["getFile", (bot, parameters) => success(bot.files.describe(parameters.text("file_id")))],
]);

/** A bot has topics in all chats or in none. Here they are on once a customer has written in a topic. */
function getMe(bot: Bot): SimulatedAnswer {
  const hasTopics = bot.chats.all().some(({ topics }) => topics.size > 0);
  return success({
    ...botObject(bot),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: true,
    has_main_web_app: false,
    has_topics_enabled: hasTopics,
    allows_users_to_create_topics: hasTopics,
  });
}

function sendChatAction(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const action = parameters.text("action");
  if (!chatActions.has(action)) throw badRequest("wrong parameter action in request");
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  if (chat.place?.["is_direct_messages"] === true) throw badRequest("CHAT_TYPE_INVALID");
  readTopic(parameters, chat);
  chat.typingUntilMillis = bot.now() + chatActionMillis;
  return success(true);
}

function getChat(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  return success({ ...chatObject(chat), accent_color_id: 0, max_reaction_count: 11 });
}

/**
 * Telegram closes the earlier webhook before it checks the new one: after a refusal the bot has no webhook.
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
 */
function setWebhook(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const earlier = bot.webhook.settings;
  const allowedUpdates = readKinds(parameters, earlier);
  try {
    const settings = readWebhookSettings(parameters, allowedUpdates);
    if (settings.url !== "") bot.polling.abort("terminated by setWebhook request");
    bot.webhook.configure(settings, parameters.flag("drop_pending_updates"));
    return success(true, settings.url === "" ? "Webhook was deleted" : "Webhook was set");
  } catch (error) {
    bot.webhook.configure({ ...noWebhook, allowedUpdates: earlier.allowedUpdates }, false);
    throw error;
  }
}

function deleteWebhook(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const { url, allowedUpdates } = bot.webhook.settings;
  bot.webhook.configure({ ...noWebhook, allowedUpdates }, parameters.flag("drop_pending_updates"));
  return success(true, url === "" ? "Webhook is already deleted" : "Webhook was deleted");
}

function answerCallbackQuery(bot: Bot, parameters: Parameters): SimulatedAnswer {
  if (parameters.text("text").length > 200) throw badRequest("MESSAGE_TOO_LONG");
  if (!bot.callbackIds.has(parameters.text("callback_query_id"))) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  bot.answeredCallbacks.add(parameters.text("callback_query_id"));
  return success(true);
}

function getUserProfilePhotos(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const userId = parameters.integer("user_id");
  if (userId === undefined || bot.chats.get(userId) === undefined) {
    throw badRequest("user not found");
  }
  const all = bot.profilePhotos.get(userId) ?? [];
  const offset = parameters.integer("offset") ?? 0;
  const limit = parameters.integer("limit") ?? 100;
  if (limit < 1 || limit > 100) throw badRequest("LIMIT_INVALID");
  return success({ total_count: all.length, photos: all.slice(offset, offset + limit) });
}

/**
 * The emoji that may be reactions.
 * @see https://core.telegram.org/bots/api#reactiontypeemoji
 */
const allowed: ReadonlySet<string> = new Set(
  `👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕
  😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡`.split(
    /\s+/,
  ),
);

const reactionSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("emoji"), emoji: z.string() }),
  z.looseObject({ type: z.literal("custom_emoji"), custom_emoji_id: z.string() }),
  z.looseObject({ type: z.literal("paid") }),
]);

/** It accepts at most one allowed emoji. An empty list takes the earlier one back. */
function setMessageReaction(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  const messageId = parameters.integer("message_id");
  if (messageId === undefined || !chat.messageIds.has(messageId)) {
    throw badRequest("message to react not found");
  }
  const reactions = z.array(reactionSchema).safeParse(parameters.structure("reaction") ?? []);
  if (!reactions.success) throw badRequest("can't parse reaction types JSON object");
  if (reactions.data.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  const [reaction] = reactions.data;
  if (reaction === undefined) chat.botReactions.delete(messageId);
  else if (reaction.type !== "emoji" || !allowed.has(reaction.emoji)) {
    // Custom emoji are for bots whose owner pays, or where another person has already added them.
    throw badRequest("REACTION_INVALID");
  } else chat.botReactions.set(messageId, reaction.emoji);
  return success(true);
}

const maxCommands = 100;
const maxCommandLength = 32;
const maxDescriptionLength = 256;

/** Scopes that name no chat. Others are not simulated. */
const scopeTypes = [
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
] as const;
const scopeSchema = z.object({ type: z.enum(scopeTypes) });

/**
 * The list of one scope and language replaces an earlier one.
 * @see https://core.telegram.org/bots/api#setmycommands
 */
function setMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const given = parameters.structure("commands") ?? [];
  if (!Array.isArray(given)) throw badRequest("expected an Array of BotCommand");
  const commands = given.map(readCommand);
  if (commands.length > maxCommands) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  if (commands.some(({ command }) => !/^[a-z0-9_]+$/.test(command))) {
    throw badRequest("BOT_COMMAND_INVALID");
  }
  bot.commands.set(placeOf(parameters), commands);
  return success(true);
}

/** Exactly the list of that scope and language. No other list replaces a missing one. */
function getMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  return success(bot.commands.get(placeOf(parameters)) ?? []);
}

/** Removes the list of one scope and language. Answers true even when there was none. */
function deleteMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  bot.commands.delete(placeOf(parameters));
  return success(true);
}

function placeOf(parameters: Parameters): string {
  const language = parameters.text("language_code");
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  const scope = scopeSchema.safeParse(parameters.structure("scope") ?? { type: "default" });
  if (!scope.success) throw badRequest("can't parse BotCommandScope: unsupported type specified");
  return `${scope.data.type}/${language}`;
}

function readCommand(given: unknown): { command: string; description: string } {
  const wrong = (what: string) => badRequest(`can't parse BotCommand: ${what}`);
  if (typeof given !== "object" || given === null) throw wrong("expected an Object");
  const field = (name: string): string => {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) throw wrong(`Can't find field "${name}"`);
    if (typeof value !== "string") throw wrong(`Field "${name}" must be of type String`);
    return value.trim();
  };
  const command = field("command").replace(/^\//, "");
  const description = field("description");
  checkLength("command", command, maxCommandLength);
  checkLength("command description", description, maxDescriptionLength);
  return { command, description };
}

function checkLength(what: string, text: string, most: number): void {
  if (text === "") throw badRequest(`${what} must be non-empty`);
  if (Array.from(text).length > most) throw badRequest(`${what} length must not exceed ${most}`);
}

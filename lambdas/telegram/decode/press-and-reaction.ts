import * as z from "zod/mini";
import type { MessageContent } from "../../model/content.ts";
import { visibleName } from "../../model/visible-name.ts";
import { plainId, valueAt, isObject } from "../../http/untrusted.ts";
import { readCallbackData, textOfButton } from "./callback-data.ts";
import { chatNameOf, directChatWith } from "../webhook/identify.ts";
import { unsupported } from "./content.ts";
import { customerOf, ignored, isPrivate, misread, namesOf, whereIn, plainKind } from "./origin.ts";
import type { Decode } from "./origin.ts";
import { inBusiness, outside } from "./unsupported-chat.ts";
import * as wire from "./wire.ts";
import { omitUndefined } from "./wire.ts";
import { conversationIdOf } from "../../model/ids.ts";

/**
 * A `callback_query` update. A pressed button says its text, and the text comes from the message. When
 * the message in the update has no such button, or Telegram does not show it, the event has the words of
 * the data. Such words choose nothing: the customer's client sends the data, and it can send any data.
 * @see https://core.telegram.org/bots/api#callbackquery
 */
export const decodePress: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.callbackQuery, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const { id, from, data } = parsed.data;
  const chat = z.safeParse(wire.chat, valueAt(subject, "message", "chat"));
  const inAccount = inBusiness(subject["message"], from, origin);
  if (inAccount !== undefined) return inAccount;
  const chatName = chat.success ? chatNameOf(chat.data.id, subject["message"]) : String(from.id);
  const isInTopic = chat.success && chatName !== String(chat.data.id);
  const guessed = isInTopic ? undefined : directChatWith(chat.data, from.id);
  const isDirect = isInTopic || guessed !== undefined;
  if (chat.success && !isDirect && !isPrivate(chat.data)) return outside(chat.data, from, origin);
  const topic = valueAt(subject, "message", "direct_messages_topic");
  const customerId = valueAt(topic, "user", "id") ?? valueAt(topic, "topic_id");
  // A press by an administrator of the channel says nothing to the operators.
  if (isInTopic && customerId !== from.id) return ignored(origin.type);
  const pressed = data === undefined ? {} : readCallbackData(data);
  const markup = valueAt(subject, "message", "reply_markup");
  const shown = textOfButton(markup, data ?? "");
  const text = [shown, pressed.text, pressed.choice, pressed.ownChoice].find(
    (words) => visibleName(words) !== undefined,
  );
  return {
    kind: "message",
    ...namesOf(guessed ?? chatName, `cb-${plainId(id)}`, origin),
    customer: customerOf(from, isDirect ? from : (chat.data ?? from)),
    ...(isDirect ? {} : whereIn(subject["message"])),
    ...(guessed === undefined ? {} : { isTopicGuessed: true as const }),
    // Telegram gives no time of the press. The time of the message is the time of the bot's sending.
    sentAtSeconds: undefined,
    content: text === undefined ? withoutText(subject, origin.type) : { type: "text", text },
    ...omitUndefined({
      choice: shown === undefined ? undefined : pressed.choice,
      // The bridge's own choice counts also under a message that is too old for Telegram to show.
      ownChoice: shown === undefined && markup !== undefined ? undefined : pressed.ownChoice,
    }),
  };
};

/** The content of a press when the bridge knows only the button's place, or of a press on a game's button. */
function withoutText(subject: Readonly<Record<string, unknown>>, type: string): MessageContent {
  const game = subject["game_short_name"];
  return unsupported(type, {}, typeof game === "string" ? game : "");
}

/** A `message_reaction` update: the difference between Telegram's two lists. */
export const decodeReaction: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.messageReaction, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const { chat, user, message_id: messageId, date = 0 } = parsed.data;
  // Telegram gives no topic for a reaction in the direct messages of a channel.
  const guessed = directChatWith(chat, user?.id);
  if (!isPrivate(chat) && guessed === undefined) return ignored(origin.type);
  const before = reactionsIn(parsed.data["old_reaction"]);
  const after = reactionsIn(parsed.data["new_reaction"]);
  const added = without(after, before);
  const removed = without(before, after);
  if (added.length === 0 && removed.length === 0) return ignored(origin.type);
  const chatId = guessed ?? String(chat.id);
  return {
    kind: "reaction",
    conversationId: conversationIdOf(origin.botId, chatId),
    chatId,
    customer: customerOf(user, guessed === undefined || user === undefined ? chat : user),
    ...(guessed === undefined ? {} : { isTopicGuessed: true as const }),
    telegramMessageId: String(messageId),
    updateId: origin.updateId,
    atSeconds: date,
    added,
    removed,
  };
};

/** Names of reactions, by unique keys. @see https://core.telegram.org/bots/api#reactiontype */
function reactionsIn(value: unknown): ReadonlyMap<string, string> {
  const reactions = Array.isArray(value) ? value.filter(isObject) : [];
  return new Map(
    reactions.map(({ type, emoji, custom_emoji_id: customId }) => {
      if (typeof emoji === "string" && emoji !== "") return [emoji, emoji];
      const word = plainKind(String(type));
      return [`${word} ${typeof customId === "string" ? customId : ""}`, `[${word}]`];
    }),
  );
}

function without(
  reactions: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): readonly string[] {
  return [...reactions].filter(([key]) => !others.has(key)).map(([, name]) => name);
}

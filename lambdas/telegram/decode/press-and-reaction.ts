import * as z from "zod/mini";
import { visibleName } from "../../model/visible-name.ts";
import { listAt, plainId, textAt, valueAt, isObject } from "../../http/untrusted.ts";
import { readCallbackData, textOfButton } from "./callback-data.ts";
import { chatNameOf, directChatWith } from "../webhook/identify.ts";
import { unsupported } from "./content.ts";
import { customerOf, decoding, ignored, isPrivate, namesOf, whereIn, plainKind } from "./origin.ts";
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
export const decodePress = decoding(wire.callbackQuery, (press, origin) => {
  const { id, from, data, message } = press;
  const { data: chat } = z.safeParse(wire.chat, valueAt(message, "chat"));
  const inAccount = inBusiness(message, from, origin);
  if (inAccount !== undefined) return inAccount;
  const chatName = chat === undefined ? String(from.id) : chatNameOf(chat.id, message);
  const isInTopic = chat !== undefined && chatName !== String(chat.id);
  const guessed = isInTopic ? undefined : directChatWith(chat, from.id);
  const isDirect = isInTopic || guessed !== undefined;
  if (chat !== undefined && !isDirect && !isPrivate(chat)) return outside(chat, from, origin);
  const topic = valueAt(message, "direct_messages_topic");
  const customerId = valueAt(topic, "user", "id") ?? valueAt(topic, "topic_id");
  // A press by an administrator of the channel says nothing to the operators.
  if (isInTopic && customerId !== from.id) return ignored(origin.type);
  const pressed = data === undefined ? {} : readCallbackData(data);
  const markup = valueAt(message, "reply_markup");
  const shown = textOfButton(markup, data ?? "");
  const text = [shown, pressed.text, pressed.choice, pressed.ownChoice].find(
    (words) => visibleName(words) !== undefined,
  );
  return {
    kind: "message",
    ...namesOf(guessed ?? chatName, `cb-${plainId(id)}`, origin),
    customer: customerOf(from, isDirect ? from : (chat ?? from)),
    ...(isDirect ? {} : whereIn(message)),
    ...(guessed === undefined ? {} : { isTopicGuessed: true as const }),
    // Telegram gives no time of the press. The time of the message is the time of the bot's sending.
    sentAtSeconds: undefined,
    // Without a text, the bridge knows only the button's place, or it is the button of a game.
    content:
      text === undefined
        ? unsupported(origin.type, {}, textAt(press, "game_short_name") ?? "")
        : { type: "text", text },
    ...omitUndefined({
      choice: shown === undefined ? undefined : pressed.choice,
      // The bridge's own choice counts also under a message that is too old for Telegram to show.
      ownChoice: shown === undefined && markup !== undefined ? undefined : pressed.ownChoice,
    }),
  };
});

/** A `message_reaction` update: the difference between Telegram's two lists. */
export const decodeReaction = decoding(wire.messageReaction, (subject, origin) => {
  const { chat, user, message_id: messageId, date = 0 } = subject;
  // Telegram gives no topic for a reaction in the direct messages of a channel.
  const guessed = directChatWith(chat, user?.id);
  if (!isPrivate(chat) && guessed === undefined) return ignored(origin.type);
  const before = reactionsIn(listAt(subject, "old_reaction"));
  const after = reactionsIn(listAt(subject, "new_reaction"));
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
});

/** Names of reactions, by unique keys. @see https://core.telegram.org/bots/api#reactiontype */
function reactionsIn(reactions: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    reactions.filter(isObject).map(({ type, emoji, custom_emoji_id: customId }) => {
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

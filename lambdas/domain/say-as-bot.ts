import type { BotRequest } from "../ports/bot-answers.ts";
import type { BridgeSettings } from "./settings.ts";
import type { Chat, ConversationChanges, Outgoing, Step } from "./step.ts";

/** What the bot says: the words as operators read them, and the message that carries them. */
export type Words = {
  readonly text: string;
  readonly message: Outgoing;
  readonly remember?: ConversationChanges;
};

/** What the team's bot asks of Telegram. */
export function requested({ method, payload, text }: BotRequest): Words {
  return { text, message: { method, payload } };
}

/** A text of the bridge's own. */
export function plainWords(text: string): Words {
  return { text, message: { text } };
}

/** Says something to the customer as the bot. A failure does not hold up what comes after it. */
export function sayAsBot(
  { conversationId, chatId, where }: Omit<Chat, "customer" | "sentAtSeconds" | "msgid">,
  { message, remember }: Omit<Words, "text">,
  name: "say" | "answer-as-bot" = "say",
): Step {
  return {
    name,
    to: { conversationId, chatId, where },
    message,
    ...(remember === undefined ? {} : { remember }),
    skip: "any-failure",
  };
}

/**
 * Shows operators what the bot said in the step before, or in the given message, as the channel's bot. A
 * copy that amoCRM has not taken twice is left out: what the customer writes next must not wait for it.
 */
export function showAsBot(
  { conversationId, chatId, customer, sentAtSeconds, where, msgid, ownPhone }: Chat,
  said: { readonly text: string; readonly atMillis: number; readonly telegramMessageId?: string },
): Step {
  const chat = {
    conversationId,
    chatId,
    customer,
    sentAtSeconds,
    msgid,
    ...(where === undefined ? {} : { where }),
    ...(ownPhone === undefined ? {} : { ownPhone }),
  };
  return { name: "show-bot-message", chat, ...said, skip: "second-failure" };
}

/** Says something to the customer, and shows operators that the bot said it. */
export function sayAndShow(
  chat: Chat,
  words: Words,
  atMillis: number,
  { canSpeakAsBot }: BridgeSettings,
): Step[] {
  const say = sayAsBot(chat, words);
  return canSpeakAsBot ? [say, showAsBot(chat, { text: words.text, atMillis })] : [say];
}

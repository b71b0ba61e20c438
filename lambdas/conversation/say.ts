import type { BotRequest } from "../model/messenger.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Chat, ConversationChanges, Outgoing, Step } from "../delivery/step.ts";
import type { Conversation, AskPhone } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { isPrivateChat } from "../model/ids.ts";
import { e164Of } from "../model/phone.ts";
import type { Work } from "../delivery/attempt.ts";
import { languageChoice } from "../texts/texts.ts";

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

/** The event with the number it shares, where the bridge asks for numbers and it is the customer's own. */
export function withOwnPhone(event: CustomerEvent, askPhone: AskPhone): CustomerEvent {
  const { content } = event;
  if (askPhone === "never" || content.type !== "contact" || content.isOwn !== true) return event;
  const ownPhone = e164Of(content.phone);
  if (ownPhone === undefined) return event;
  // Shared by the button it answers our question, which beside a contact would only be in the way.
  const { quote: _, ...shared } = event;
  return { ...shared, ownPhone };
}

/** Asks for the customer's number where the stage chose that moment, until it is shared. */
export function askForPhone(
  moment: AskPhone,
  { chatId, customer }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, texts }: BridgeSettings,
): Words[] {
  if (askPhone === "never" || askPhone !== moment || known?.phoneState === "shared") return [];
  if (!isPrivateChat(chatId)) return [];
  const { askPhone: text, sharePhone } = texts[customer.language];
  const message = { text, options: { keyboard: { sharePhone } } };
  return [{ text, message, remember: { phoneState: "asked" } }];
}

/** Answers a customer who shared a number, or another person's in answer to the question. */
export function answerToPhone(
  { customer, content, ownPhone }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, texts }: BridgeSettings,
): Words[] {
  const { phoneShared, notYourPhone } = texts[customer.language];
  if (ownPhone !== undefined) {
    const message = { text: phoneShared, options: { keyboard: "remove" } } as const;
    return [{ text: phoneShared, message, remember: { phoneState: "shared" } }];
  }
  const isAnswer = askPhone !== "never" && known?.phoneState === "asked";
  if (!isAnswer || content.type !== "contact" || content.isOwn === true) return [];
  return [plainWords(notYourPhone)];
}

const prefix = "language:";

/** What a customer does about the bot's language: asks for the choice, or makes it. Else undefined. */
export function languageWork(
  event: CustomerEvent,
  { texts }: Pick<BridgeSettings, "texts">,
): Work | undefined {
  const { question, languages } = languageChoice(texts, event.customer.language);
  if (event.command === "language") {
    const buttons = languages.map(({ language, name }) => [
      { text: name, ownChoice: `${prefix}${language}` },
    ]);
    const message = { text: question, options: { buttons } };
    return { kind: "steps", steps: [sayAsBot(event, { message })] };
  }
  const chosen = languages.find(({ language }) => event.ownChoice === `${prefix}${language}`);
  if (chosen === undefined) return undefined;
  const { conversationId } = event;
  const { language } = chosen;
  const changes = { languageChosen: language, language };
  return {
    kind: "steps",
    steps: [
      { name: "remember-language", conversationId, changes },
      sayAsBot(event, { message: { text: texts[language].languageChosen } }),
    ],
  };
}

/** What a customer wrote, to be answered in the language they chose, over that of their Telegram. */
export function inChosenLanguage(
  event: CustomerEvent,
  conversation: Conversation | undefined,
): CustomerEvent {
  const { languageChosen: language = event.customer.language } = conversation ?? {};
  return { ...event, customer: { ...event.customer, language } };
}

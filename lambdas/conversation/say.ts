import type { BotRequest } from "../model/messenger.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Chat, ConversationChanges, Outgoing, Step } from "../delivery/step.ts";
import type { Conversation, AskPhone } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { isPrivateChat } from "../model/ids.ts";
import { e164Of } from "../model/phone.ts";
import type { Decision } from "../delivery/attempt.ts";
import { languageChoice } from "../texts/texts.ts";

/** Words of the bot: the text as operators read it, and the message that carries it. */
export type Words = {
  readonly text: string;
  readonly message: Outgoing;
  readonly remember?: ConversationChanges;
};

/** The words of a request that the team's bot makes of Telegram. */
export function requested({ method, payload, text }: BotRequest): Words {
  return { text, message: { method, payload } };
}

/** The words of a text of the bridge itself. */
export function plainWords(text: string): Words {
  return { text, message: { text } };
}

/** Says something to the customer as the bot. A failure does not delay the steps after it. */
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
 * Shows operators, as the channel's bot, what the bot said in the step before or in the given message. When
 * amoCRM has not taken the copy twice, the event skips it: the customer's next message must not wait for it.
 */
export function showAsBot(
  { conversationId, chatId, customer, sentAtSeconds, where, msgid, ownPhone }: Chat,
  words: { readonly text: string; readonly atMillis: number; readonly telegramMessageId?: string },
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
  return { name: "show-bot-message", chat, ...words, skip: "any-after-two-failures" };
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

/** Adds the number that the event shares, when the bridge asks for numbers and the customer owns it. */
export function withOwnPhone(event: CustomerEvent, askPhone: AskPhone): CustomerEvent {
  const { content } = event;
  if (askPhone === "never" || content.type !== "contact" || content.isOwn !== true) return event;
  const ownPhone = e164Of(content.phone);
  if (ownPhone === undefined) return event;
  // The button's number answers our question. A quote of the question would disturb next to the contact.
  const { quote: _, ...shared } = event;
  return { ...shared, ownPhone };
}

/** Asks for the customer's number at the moment that the stage chose, until the customer shares it. */
export function askForPhone(
  when: AskPhone,
  { chatId, customer }: CustomerEvent,
  known: Conversation | undefined,
  { askPhone, texts }: BridgeSettings,
): Words[] {
  if (askPhone === "never" || askPhone !== when || known?.phoneState === "shared") return [];
  if (!isPrivateChat(chatId)) return [];
  const { askPhone: text, sharePhone } = texts[customer.language];
  const message = { text, options: { keyboard: { sharePhone } } };
  return [{ text, message, remember: { phoneState: "asked" } }];
}

/** Answers a customer who shared a number, or who answered the question with another person's number. */
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

/** The work when a customer asks for the choice of the bot's language or chooses one; else undefined. */
export function decideLanguage(
  event: CustomerEvent,
  { texts }: Pick<BridgeSettings, "texts">,
): Decision | undefined {
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

/** The event in the language that the customer chose, which overrides the language of their Telegram. */
export function inChosenLanguage(
  event: CustomerEvent,
  conversation: Conversation | undefined,
): CustomerEvent {
  const { languageChosen: language = event.customer.language } = conversation ?? {};
  return { ...event, customer: { ...event.customer, language } };
}

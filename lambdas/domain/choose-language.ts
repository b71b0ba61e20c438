import type { Conversation } from "../model/conversation.ts";
import type { Language } from "../model/language.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Part, Work } from "./delivery.ts";
import { sayAsBot } from "./say-as-bot.ts";
import { languageChoice, languageChosen } from "./texts.ts";

const prefix = "language:";

/** What a customer does about the bot's language: asks for the choice, or makes it. Else undefined. */
export function languageWork(
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Work | undefined {
  const { messenger } = deps;
  if (event.command === "language") {
    const { question, languages } = languageChoice(event.customer.language);
    const buttons = languages.map(({ language, name }) => [
      { text: name, ownChoice: `${prefix}${language}` },
    ]);
    const ask = () => messenger.sendText(event.chatId, question, { ...event.where, buttons });
    return { kind: "parts", parts: [sayAsBot(event, ask, deps)] };
  }
  const { languages } = languageChoice(event.customer.language);
  const chosen = languages.find(({ language }) => event.ownChoice === `${prefix}${language}`);
  return chosen && { kind: "parts", parts: setTo(chosen.language, event, deps) };
}

/** What a customer wrote, to be answered in the language they chose, over that of their Telegram. */
export function inChosenLanguage(
  event: CustomerEvent,
  conversation: Conversation | undefined,
): CustomerEvent {
  const { languageChosen: language = event.customer.language } = conversation ?? {};
  return { ...event, customer: { ...event.customer, language } };
}

function setTo(
  language: Language,
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Part[] {
  const remember: Part = {
    async send() {
      const { conversationId } = event;
      await deps.conversations.update(conversationId, { languageChosen: language, language });
      return language;
    },
  };
  const say = () => deps.messenger.sendText(event.chatId, languageChosen(language), event.where);
  return [remember, sayAsBot(event, say, deps)];
}

import type { Conversation } from "../model/conversation.ts";
import type { Language } from "../model/language.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Step, Work } from "./delivery.ts";
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
    return { kind: "steps", steps: [sayAsBot(event, ask, deps)] };
  }
  const { languages } = languageChoice(event.customer.language);
  const chosen = languages.find(({ language }) => event.ownChoice === `${prefix}${language}`);
  return chosen && { kind: "steps", steps: setTo(chosen.language, event, deps) };
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
): Step[] {
  const remember: Step = {
    name: "remember-language",
    async run() {
      const { conversationId } = event;
      await deps.conversations.update(conversationId, { languageChosen: language, language });
      return {};
    },
  };
  const say = () => deps.messenger.sendText(event.chatId, languageChosen(language), event.where);
  return [remember, sayAsBot(event, say, deps)];
}

import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { Work } from "./delivery.ts";
import { sayAsBot } from "./say-as-bot.ts";
import type { BridgeSettings } from "./settings.ts";
import { languageChoice } from "./texts.ts";

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

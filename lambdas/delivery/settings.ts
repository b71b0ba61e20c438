import type { AskPhone, Language } from "../model/conversation.ts";
import type { Catalogue } from "../texts/texts.ts";
import type { Texts } from "../texts/catalogue.ts";

/** What a stage has chosen, as far as decisions depend on it. */
export type BridgeSettings = {
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly askPhone: AskPhone;
  /** The team's bot answers customers until an operator is called. */
  readonly hasBot: boolean;
  /** The channel has a bot in amoCRM, in whose name the bot's messages can be shown. */
  readonly canSpeakAsBot: boolean;
  readonly texts: Catalogue;
};

/** The texts that operators read. */
export function textsForOperators({ texts, operatorLanguage }: BridgeSettings): Texts {
  return texts[operatorLanguage];
}

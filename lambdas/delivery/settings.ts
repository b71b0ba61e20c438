import type { AskPhone, Language } from "../model/conversation.ts";
import type { CloseTalksRule, UnansweredRule } from "../model/conversation.ts";
import type { WorkingHours } from "../model/conversation.ts";
import type { Catalogue } from "../texts/texts.ts";
import type { Texts } from "../texts/catalogue.ts";

/** The settings of a stage that decisions depend on. */
export type BridgeSettings = {
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly askPhone: AskPhone;
  /** The team's bot answers customers until the customer or the bot calls an operator. */
  readonly hasBot: boolean;
  /** The channel has a bot in amoCRM. The bridge can show the bot's messages in its name. */
  readonly canSpeakAsBot: boolean;
  readonly texts: Catalogue;
  /** The bridge calls the main API for customers: it keeps their profiles, and writes notes about links. */
  readonly callsMainApi: boolean;
  /** The sources that a lead may get. */
  readonly sources: readonly string[];
  /** How often the bridge records the last activity of a conversation. Infinite: never. */
  readonly touchEveryMillis: number;
  /** Each of the three is absent where the stage has not set it. */
  readonly workingHours?: WorkingHours | undefined;
  readonly unanswered?: UnansweredRule | undefined;
  readonly closeTalks?: CloseTalksRule | undefined;
};

/** The texts for operators. */
export function textsForOperators({ texts, operatorLanguage }: BridgeSettings): Texts {
  return texts[operatorLanguage];
}

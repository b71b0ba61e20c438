import type { Registration } from "../../infra/settings/registration.ts";
import type { Language } from "../../lambdas/model/conversation.ts";
import { addressOf } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";
import type { Filled, LetterWords } from "./words.ts";

/** What the letter needs to know about a bridge, deployed or not. */
export type LetterFacts = Pick<
  Stage,
  "registration" | "amojoOrigin" | "amocrmOrigin" | "mediaDays"
> & {
  /** Base address of the webhooks. Where it is not known yet, the reason. */
  readonly webhooks: { readonly url: string } | { readonly why: string };
};

/** The facts of a deployed bridge. */
export function letterFactsOf(stage: Stage): LetterFacts {
  return { ...stage, webhooks: { url: stage.outputs.WebhookUrl } };
}

/** A letter to amoCRM support, and the work that a person has to do before sending it. */
export type Letter = {
  readonly language: Language;
  readonly subject: string;
  /** The whole letter, with subject and attachment at the top. */
  readonly text: string;
  /** The icon to attach: a path inside the repository. */
  readonly attachment: string | undefined;
  /** The facts that the stage does not have, one sentence each. The letter has a blank for each. */
  readonly missing: readonly string[];
};

const words: Readonly<Record<Language, LetterWords>> = { en, ru };

/** The fact that each blank needs. */
const sources: Readonly<Record<Exclude<keyof Registration, "icon">, string>> = {
  serviceName: "the name customers' chats are shown under: Latin letters, a letter first",
  email: "where amoCRM writes when the channel fails",
  accountId: "the account's number in amoCRM",
  integrationId: "the id of the integration, from its keys in amoCRM",
};

/**
 * Fills in the 14 points that amoCRM asks for when it registers a chat channel.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 */
export function writeLetter(facts: LetterFacts, language: Language): Letter {
  const { registration, webhooks } = facts;
  const { labels, subject, opening, points, besides, closing } = words[language];
  const filled: Filled = {
    serviceName: registration?.serviceName ?? blank,
    hookUrl: addressOf("url" in webhooks ? webhooks.url : `https://${blank}`, "/amocrm/:scope_id"),
    accountId: registration?.accountId.toString() ?? blank,
    accountAddress: facts.amocrmOrigin,
    email: registration?.email ?? blank,
    integrationId: registration?.integrationId ?? blank,
    mediaDays: facts.mediaDays,
  };
  const numbered = points.map(
    ([question, answer], index) => `${index + 1}. ${question}: ${answer(filled)}`,
  );
  const attachment = registration?.icon;
  const lines = [
    `${labels.subject}: ${subject(filled)}`,
    `${labels.attachment}: ${attachment ?? blank}`,
    "",
    opening(filled),
    "",
    ...numbered,
    "",
    ...besides,
    "",
    ...closing,
  ];
  return {
    language,
    subject: subject(filled),
    text: `${lines.join("\n")}\n`,
    attachment,
    missing: [
      ...missingFrom(registration),
      ...("why" in webhooks ? [webhooks.why] : []),
      ...addressFaults(filled.hookUrl, facts.amojoOrigin),
    ],
  };
}

const blank = "__________";

function missingFrom(registration: Registration | undefined): readonly string[] {
  if (registration !== undefined) return [];
  return Object.entries(sources).map(
    ([setting, meaning]) => `amocrm.registration.${setting}: ${meaning}`,
  );
}

/** The hook may use plain http only where amoCRM's address does too: then both are on this machine. */
function addressFaults(hookUrl: string, amojoOrigin: string): readonly string[] {
  if (hookUrl.startsWith("https:") || amojoOrigin.startsWith("http:")) return [];
  return [`${hookUrl}: amoCRM calls https addresses only, and this one is of this machine`];
}

/** The language of amoCRM's support. Kommo's support reads English. */
export function languageOfSupport({ amocrmOrigin }: Pick<Stage, "amocrmOrigin">): Language {
  return new URL(amocrmOrigin).hostname.endsWith(".kommo.com") ? "en" : "ru";
}

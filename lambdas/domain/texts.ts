import type { DeliveryErrorCode } from "../model/delivery-status.ts";
import type { Media } from "../model/content.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { CustomerQuote } from "../model/message.ts";
import { languages } from "../model/language.ts";
import type { Language } from "../model/language.ts";
import type { Texts } from "./texts/catalogue.ts";
import { english } from "./texts/en.ts";
import { withOverrides } from "./texts/override.ts";
import type { TextOverrides } from "./texts/override.ts";
import { russian } from "./texts/ru.ts";

/** The languages and their texts; another one is a file more, and a line here. */
export const catalogue: Readonly<Record<Language, Texts>> = { en: english, ru: russian };

let texts = catalogue;

/** Puts a stage's own words in place of the catalogue's: once, when a function starts. */
export function overrideTexts(overrides: Readonly<Partial<Record<Language, TextOverrides>>>): void {
  const changed = (language: Language) =>
    withOverrides(catalogue[language], overrides[language] ?? {});
  texts = Object.fromEntries(languages.map((each) => [each, changed(each)])) as typeof catalogue;
}

const quotedLength = 200;
/** No disk takes a longer name; one from elsewhere must not push the words out of their message. */
const namedLength = 255;
const dayMillis = 86_400_000;

const errorCodes: Readonly<Partial<Record<PermanentReason, DeliveryErrorCode>>> = {
  blocked: 901,
  deactivated: 901,
  "chat-not-found": 904,
  "write-first": 904,
  "customer-is-bot": 904,
  "foreign-conversation": 904,
};

/** The bot's answer to /start and /operator. */
export function greeting(language: Language): string {
  return texts[language].greeting;
}

/** Tells a customer that the message waits for amoCRM. */
export function waiting(language: Language): string {
  return texts[language].waiting;
}

/** Code and sentence that tell an operator why a message did not arrive. */
export function failureForOperator(
  reason: PermanentReason,
  language: Language,
  /** The first parts of a long message are with the customer already. */
  isBegun = false,
): { errorCode: DeliveryErrorCode; error: string } {
  const { failures, begun } = texts[language];
  const error = isBegun ? `${failures[reason]} ${begun}` : failures[reason];
  return { errorCode: errorCodes[reason] ?? 905, error };
}

/** Tells an operator that a message of that kind reached the customer as its words alone. */
export function wordsOnly(kind: string, language: Language): string {
  return texts[language].wordsOnly.replace("{kind}", () => kind);
}

/** Says when a late message was written: the time, and the date as well when a day has passed. */
export function lateNote(
  sentAtMillis: number | undefined,
  nowMillis: number,
  language: Language,
): string {
  if (sentAtMillis === undefined) return "";
  // Swedish is the language that writes `2026-11-30 14:05`, which every reader understands.
  const format = { dateStyle: "short", timeStyle: "short", timeZone: "UTC" } as const;
  const moment = new Intl.DateTimeFormat("sv", format).format(sentAtMillis);
  const time = nowMillis - sentAtMillis < dayMillis ? moment.slice(-5) : moment;
  return texts[language].late.replace("{time}", time);
}

/** The new text of a message that amoCRM could not change, shown as a message of its own. */
export function editedText(text: string, language: Language): string {
  return `${texts[language].edited} ${text}`;
}

/** Stands where a part of a message was that the customer has taken out of it. */
export function removedText(language: Language): string {
  return texts[language].removed;
}

/** Stands in an amoCRM chat for content that cannot be carried over yet: its kind and its text. */
export function placeholder(kind: string, text: string | undefined, language: Language): string {
  const { kinds } = texts[language];
  const named = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const label = named === undefined ? `[${kind}]` : `[${named} · ${kind}]`;
  return text === undefined || text === "" ? label : `${label} ${text}`;
}

/** Says who wrote first what the customer forwarded. */
export function forwardedFrom(name: string, language: Language): string {
  return texts[language].forwarded.replace("{name}", () => name);
}

/** Stands above what an administrator of the channel wrote to the customer. */
export function byAdministrator(language: Language): string {
  return texts[language].byAdministrator;
}

/** Words in front of which they are quoted, shortened: an operator has to recognise them. */
export function quoted(text: string): string {
  const shown = inLine(text);
  return shown === "" ? "" : `> ${shown}`;
}

/** What a customer's message answers, as a line before it: what it is, whose, its words, its address. */
export function quotation(
  { kind, whose, text, link }: Omit<CustomerQuote, "from" | "isPart">,
  language: Language,
): string {
  const words = inLine(text);
  const author = whose === undefined || words === "" ? whose : `${whose}:`;
  const label = kind === undefined ? undefined : placeholder(kind, undefined, language);
  const shown = [label, author, words, link].filter(Boolean).join(" ");
  return shown === "" ? "" : `> ${shown}`;
}

function inLine(text: string): string {
  return shortened(text.replace(/\s+/g, " ").trim(), quotedLength);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}

/** Stands for a customer's file that could not be carried over. */
export function fileNotKept(
  why: "tooLarge" | "unavailable",
  { kind, fileName, sizeBytes }: Media,
  language: Language,
): string {
  const named = [
    kind,
    shortened(fileName ?? "", namedLength),
    sizeBytes === undefined ? undefined : sizeText(sizeBytes, language),
  ];
  const facts = named.filter((fact) => fact !== undefined && fact !== "").join(" · ");
  return `[${facts}] ${texts[language][why]}`;
}

/** Says of a place that it moves, or moved until here. */
export function liveLocation(live: "begun" | "ended", language: Language): string {
  return texts[language].liveLocation[live];
}

/** Tells a customer that a file was not carried over, and what to do about it. */
export function sendFileAnew(
  why: "tooLarge" | "unavailable",
  limitBytes: number,
  language: Language,
): string {
  const { sendSmaller, sendAgain } = texts[language];
  if (why === "unavailable") return sendAgain;
  return sendSmaller.replace("{size}", sizeText(limitBytes, language));
}

/** A file that goes to the customer as its address. */
export function fileByLink(fileName: string, address: string, language: Language): string {
  return `${texts[language].fileByLink} ${fileName}\n${address}`;
}

/** A reaction in words. */
export function reactionText(type: "react" | "unreact", emoji: string, language: Language): string {
  return `${texts[language][type === "react" ? "reacted" : "unreacted"]} ${emoji}`;
}

/** Tells a customer that an operator was called. */
export function operatorCalled(language: Language): string {
  return texts[language].operatorCalled;
}

/** Tells a customer that the talk with the operator is over. */
export function talkClosed(language: Language): string {
  return texts[language].talkClosed;
}

/** Asks for the customer's number, with the words of the button that shares it. */
export function phoneRequest(language: Language): {
  readonly text: string;
  readonly button: string;
} {
  return { text: texts[language].askPhone, button: texts[language].sharePhone };
}

/** Thanks for a shared number. */
export function phoneThanks(language: Language): string {
  return texts[language].phoneShared;
}

/** Tells a customer that somebody else's number is not theirs to link. */
export function notYourPhone(language: Language): string {
  return texts[language].notYourPhone;
}

/** The choice of a language: the question in the language known so far, and all there are. */
export function languageChoice(language: Language): {
  readonly question: string;
  readonly languages: readonly { readonly language: Language; readonly name: string }[];
} {
  const languages = (Object.keys(texts) as Language[]).map((each) => ({
    language: each,
    name: texts[each].languageName,
  }));
  return { question: texts[language].chooseLanguage, languages };
}

/** Confirms a chosen language, in it. */
export function languageChosen(language: Language): string {
  return texts[language].languageChosen;
}

/** What each command does, for Telegram's menu. */
export function commandDescriptions(language: Language): Texts["commands"] {
  return texts[language].commands;
}

/** Tells a customer that there is no talk to end. */
export function nothingOpen(language: Language): string {
  return texts[language].nothingOpen;
}

/** Tells somebody that the bridge does not serve where they wrote. */
export function notHere(place: keyof Texts["elsewhere"], language: Language): string {
  return texts[language].elsewhere[place];
}

/** What an operator can send to a customer who has never written. */
export function invitation(address: string, language: Language): string {
  return `${texts[language].invite} ${address}`;
}

function sizeText(sizeBytes: number, language: Language): string {
  const [bytes, kilobytes, megabytes] = texts[language].units;
  if (sizeBytes < 1024) return `${sizeBytes} ${bytes}`;
  if (sizeBytes < 1024 * 1024) return `${Math.round(sizeBytes / 1024)} ${kilobytes}`;
  return `${Number((sizeBytes / 1024 / 1024).toFixed(1))} ${megabytes}`;
}

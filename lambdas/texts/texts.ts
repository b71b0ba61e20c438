import type { DeliveryErrorCode } from "../model/envelope.ts";
import type { Media } from "../model/content.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { CustomerQuote } from "../model/message.ts";
import type { Language } from "../model/conversation.ts";
import type { Texts } from "./catalogue.ts";
import { english } from "./en.ts";
import { withOverrides } from "./override.ts";
import type { TextOverrides } from "./override.ts";
import { russian } from "./ru.ts";

/** All texts of the bridge, by language. */
export type Catalogue = Readonly<Record<Language, Texts>>;

/** The languages and their texts. A new language needs one more file, and one more line here. */
export const catalogue: Catalogue = { en: english, ru: russian };

/** The catalogue with a stage's own texts in place of some of ours. */
export function withOwnTexts(
  overrides: Readonly<Partial<Record<Language, TextOverrides>>>,
): Catalogue {
  const changed = (language: Language) =>
    withOverrides(catalogue[language], overrides[language] ?? {});
  return { en: changed("en"), ru: changed("ru") };
}

const quotedLength = 200;
/** No disk allows a longer name. A longer name from elsewhere must not push the words out of the message. */
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

/** The error code and the sentence that tell an operator why a message did not arrive. */
export function failureForOperator(
  reason: PermanentReason,
  { failures, begun }: Texts,
  /** True when the customer already has the first parts of a long message. */
  isBegun = false,
): { errorCode: DeliveryErrorCode; error: string } {
  const error = isBegun ? `${failures[reason]} ${begun}` : failures[reason];
  return { errorCode: errorCodes[reason] ?? 905, error };
}

/** Tells an operator that only the words of a message of that kind reached the customer. */
export function wordsOnly(kind: string, texts: Texts): string {
  return texts.wordsOnly.replace("{kind}", () => kind);
}

/** Says when a late message was written: the time, and after a day also the date. */
export function lateNote(
  sentAtMillis: number | undefined,
  nowMillis: number,
  texts: Texts,
): string {
  if (sentAtMillis === undefined) return "";
  // The Swedish locale writes `2026-11-30 14:05`, which every reader understands.
  const format = { dateStyle: "short", timeStyle: "short", timeZone: "UTC" } as const;
  const moment = new Intl.DateTimeFormat("sv", format).format(sentAtMillis);
  const time = nowMillis - sentAtMillis < dayMillis ? moment.slice(-5) : moment;
  return texts.late.replace("{time}", time);
}

/** The new text of a message that amoCRM could not change, for a separate message. */
export function editedText(text: string, texts: Texts): string {
  return `${texts.edited} ${text}`;
}

/** Stands in an amoCRM chat for content that we cannot carry over yet: its kind and its text. */
export function placeholder(kind: string, text: string | undefined, { kinds }: Texts): string {
  const named = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const label = named === undefined ? `[${kind}]` : `[${named} · ${kind}]`;
  return text === undefined || text === "" ? label : `${label} ${text}`;
}

/** Names the first author of a message that the customer forwarded. */
export function forwardedFrom(name: string, texts: Texts): string {
  return texts.forwarded.replace("{name}", () => name);
}

/** A quote of these words, shortened. It goes before the message, and the reader must recognise it. */
export function quoted(text: string): string {
  const shown = inLine(text);
  return shown === "" ? "" : `> ${shown}`;
}

/** The quote of a customer's message, as one line before it: kind, author, words, link. */
export function quotation(
  { kind, whose, text, link }: Omit<CustomerQuote, "from" | "isPart">,
  texts: Texts,
): string {
  const words = inLine(text);
  const author = whose === undefined || words === "" ? whose : `${whose}:`;
  const label = kind === undefined ? undefined : placeholder(kind, undefined, texts);
  const shown = [label, author, words, link].filter(Boolean).join(" ");
  return shown === "" ? "" : `> ${shown}`;
}

function inLine(text: string): string {
  return shortened(text.replace(/\s+/g, " ").trim(), quotedLength);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}

/** Stands for a customer's file that we could not carry over. */
export function fileNotKept(
  why: "tooLarge" | "unavailable",
  { kind, fileName, sizeBytes }: Media,
  texts: Texts,
): string {
  const named = [
    kind,
    shortened(fileName ?? "", namedLength),
    sizeBytes === undefined ? undefined : sizeText(sizeBytes, texts),
  ];
  const facts = named.filter((fact) => fact !== undefined && fact !== "").join(" · ");
  return `[${facts}] ${texts[why]}`;
}

/** Tells a customer that we did not carry over a file, and what to do about it. */
export function sendFileAnew(
  why: "tooLarge" | "unavailable",
  limitBytes: number,
  texts: Texts,
): string {
  const { sendSmaller, sendAgain } = texts;
  if (why === "unavailable") return sendAgain;
  return sendSmaller.replace("{size}", sizeText(limitBytes, texts));
}

/** The text for a file that goes to the customer as its address. */
export function fileByLink(fileName: string, address: string, texts: Texts): string {
  return `${texts.fileByLink} ${fileName}\n${address}`;
}

/** A reaction in words. */
export function reactionText(type: "react" | "unreact", emoji: string, texts: Texts): string {
  return `${texts[type === "react" ? "reacted" : "unreacted"]} ${emoji}`;
}

/** The choice of a language: the question in the language known so far, and all languages. */
export function languageChoice(
  texts: Catalogue,
  language: Language,
): {
  readonly question: string;
  readonly languages: readonly { readonly language: Language; readonly name: string }[];
} {
  const languages = (Object.keys(texts) as Language[]).map((each) => ({
    language: each,
    name: texts[each].languageName,
  }));
  return { question: texts[language].chooseLanguage, languages };
}

/** The invitation that an operator can send to a customer who has never written. */
export function invitation(address: string, texts: Texts): string {
  return `${texts.invite} ${address}`;
}

function sizeText(sizeBytes: number, { units }: Texts): string {
  const [bytes, kilobytes, megabytes] = units;
  if (sizeBytes < 1024) return `${sizeBytes} ${bytes}`;
  if (sizeBytes < 1024 * 1024) return `${Math.round(sizeBytes / 1024)} ${kilobytes}`;
  return `${Number((sizeBytes / 1024 / 1024).toFixed(1))} ${megabytes}`;
}

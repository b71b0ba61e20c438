import type { DeliveryErrorCode } from "../model/envelope.ts";
import type { Media } from "../model/content.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { CustomerQuote } from "../model/message.ts";
import type { Language } from "../model/conversation.ts";
import { visibleName } from "../model/visible-name.ts";
import type { Texts } from "./catalogue.ts";
import { english } from "./en.ts";
import { portuguese } from "./pt.ts";
import { russian } from "./ru.ts";
import { spanish } from "./es.ts";

/** All texts of the bridge, by language. */
export type Catalogue = Readonly<Record<Language, Texts>>;

/** The languages and their texts. A new language needs one more file, a line here and one in `withOwnTexts`. */
export const catalogue: Catalogue = {
  en: english,
  ru: russian,
  pt: portuguese,
  es: spanish,
};

/** The catalogue with a stage's own texts in place of some of ours. */
export function withOwnTexts(
  overrides: Readonly<Partial<Record<Language, TextOverrides>>>,
): Catalogue {
  const changed = (language: Language) =>
    withOverrides(catalogue[language], overrides[language] ?? {});
  return { en: changed("en"), ru: changed("ru"), pt: changed("pt"), es: changed("es") };
}

/** Texts by their places in the catalogue, such as `greeting` or `failures.blocked`. */
export type TextOverrides = Readonly<Record<string, string>>;

/** Every text of a catalogue by its place. */
export function textsByPlace(texts: Texts): TextOverrides {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]: [string, unknown]): [string, string][] => {
      if (typeof value === "string") return [[key, value]];
      return Object.entries(value ?? {}).map(([inner, text]) => [`${key}.${inner}`, String(text)]);
    }),
  );
}

/** The catalogue with some of its texts replaced. */
export function withOverrides(texts: Texts, overrides: TextOverrides): Texts {
  const changed: Record<string, unknown> = { ...texts };
  for (const [place, text] of Object.entries(overrides)) {
    const [key = "", inner] = place.split(".");
    changed[key] =
      inner === undefined ? text : { ...(changed[key] as Record<string, string>), [inner]: text };
  }
  return changed as Texts;
}

/** The fault of an override, as the end of a sentence. Undefined when there is no fault. */
export function faultOf(place: string, text: string, texts: Texts): string | undefined {
  const original = textsByPlace(texts)[place];
  if (original === undefined) return "no text is called so";
  if (visibleName(text) === undefined) return "expected words";
  const missing = (original.match(/\{\w+\}/g) ?? []).find((mark) => !text.includes(mark));
  return missing === undefined ? undefined : `expected ${missing} in it`;
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

/** Tells a customer when operators work again, in the bridge's own time zone. */
export function openingNotice(opensAtMillis: number, timeZone: string, texts: Texts): string {
  const time = new Intl.DateTimeFormat(texts.locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(opensAtMillis);
  return texts.outsideHours.replace("{time}", () => time);
}

/** Tells operators since when a customer has had no answer. */
export function unansweredSince(sinceMillis: number, timeZone: string, texts: Texts): string {
  const format = { dateStyle: "short", timeStyle: "short", timeZone } as const;
  const time = new Intl.DateTimeFormat("sv", format).format(sinceMillis);
  return texts.unanswered.replace("{time}", () => `${time} ${timeZone}`);
}

/** Stands in an amoCRM chat for content that we cannot carry over yet: its kind and its text. */
export function placeholder(kind: string, text: string | undefined, { kinds }: Texts): string {
  const named = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const label = named === undefined ? `[${kind}]` : `[${named} · ${kind}]`;
  return text === undefined || text === "" ? label : `${label} ${text}`;
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

function sizeText(sizeBytes: number, { locale }: Texts): string {
  const kilobytes = Math.ceil(sizeBytes / 1024);
  const [size, unit] =
    kilobytes < 1024 ? [kilobytes, "kilobyte"] : [sizeBytes / 1024 / 1024, "megabyte"];
  const format = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(size);
}

import { english } from "../../../../lambdas/texts/en.ts";
import { russian } from "../../../../lambdas/texts/ru.ts";
import type { CallHop, FactHop, Hop } from "../../../hops/hop.ts";
import { factInWords } from "../../../hops/lines.ts";
import type { EventRow } from "../../stream.ts";
import { filled } from "../catalogue.ts";
import type { Language } from "../catalogue.ts";
import { factSentences, lateWords, words } from "./sentences.ts";
import type { Sentence } from "./sentences.ts";

/** How a line of a timeline is marked. */
type Tone = "plain" | "good" | "warn" | "bad";

/** One line of a timeline. Without a time it stands between those that have one. */
export type Told = {
  readonly atMillis?: number | undefined;
  readonly place: string;
  readonly sentence: string;
  readonly tone: Tone;
};

/** The reader's language, and how times are written for them. */
export type Reader = {
  readonly language: Language;
  readonly timeOf: (millis: number) => string;
};

/** A sentence of the bridge in the reader's language. */
export function say(
  sentence: Sentence,
  { language }: Pick<Reader, "language">,
  values: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return filled(sentence[language], values);
}

/** A place of the bridge by its name for people. */
export function placeOf(functionStem: string, reader: Pick<Reader, "language">): string {
  const known: Readonly<Record<string, Sentence>> = words;
  const name = Object.hasOwn(known, functionStem) ? known[functionStem] : undefined;
  return name === undefined ? functionStem : say(name, reader);
}

const failuresIn = { en: english.failures, ru: russian.failures } as const;

/** Why an event was parked: the operators' own sentence, and the name that commands take. */
export function reasonInWords(reason: string, { language }: Pick<Reader, "language">): string {
  const failures: Readonly<Record<string, string>> = failuresIn[language];
  const sentence = Object.hasOwn(failures, reason) ? failures[reason] : undefined;
  return sentence === undefined ? reason : `${sentence} (${reason})`;
}

/** A hop as a line of a timeline. */
export function toldOf(hop: Hop, reader: Reader): Told {
  const { functionStem } = hop;
  // A webhook's line stands where its request came.
  const atMillis = hop.kind === "webhook" ? hop.atMillis - hop.tookMillis : hop.atMillis;
  return { atMillis, place: placeOf(functionStem, reader), ...lineOf(hop, reader) };
}

function lineOf(hop: Hop, reader: Reader): Pick<Told, "sentence" | "tone"> {
  switch (hop.kind) {
    case "webhook": {
      const { status, tookMillis: ms } = hop;
      if (status === 200) return { sentence: say(words.accepted, reader, { ms }), tone: "plain" };
      const tone = status >= 400 && status < 500 ? "warn" : "bad";
      return { sentence: say(words.answered, reader, { status, ms }), tone };
    }
    case "received": {
      const { queue, receive } = hop;
      const isAgain = receive > 1;
      const sentence = say(isAgain ? words.takenAgain : words.taken, reader, { queue, receive });
      return { sentence, tone: isAgain ? "warn" : "plain" };
    }
    case "died": {
      const time = reader.timeOf(hop.backAtMillis);
      return { sentence: say(words.died, reader, { time }), tone: "bad" };
    }
    case "call":
      return callLine(hop, reader);
    case "fact":
      return { sentence: factLine(hop, reader), tone: toneOf(hop) };
    case "line":
      return { sentence: hop.text, tone: "plain" };
  }
}

function callLine(hop: CallHop, reader: Reader): Pick<Told, "sentence" | "tone"> {
  const { status, reason, tookMillis: ms } = hop;
  const vendor = hop.vendor === "telegram" ? "Telegram" : "amoCRM";
  const isReport = hop.call.endsWith("/delivery_status");
  const call = isReport ? say(words.reportsState, reader) : hop.call;
  const values = { vendor, call, status, ms };
  if (status === 0) return { sentence: say(words.noAnswer, reader, values), tone: "bad" };
  const why = status === 429 ? say(words.tooMany, reader) : reason;
  const sentence = say(words.called, reader, values) + (why === undefined ? "" : ` (${why})`);
  const tone = status === 429 ? "warn" : status >= 400 ? "bad" : "plain";
  return { sentence, tone };
}

function factLine({ fact, fields }: FactHop, reader: Reader): string {
  const { latencyMillis, late, reason, accepted } = fields;
  if (fact === "DeliverySent" && typeof latencyMillis === "number") {
    return say(words.doneAfter, reader, { seconds: secondsOf(latencyMillis, reader.language) });
  }
  if (fact === "HookAccepted" && accepted === "spooled") return say(words.spooled, reader);
  const sentence = Object.hasOwn(factSentences, fact) ? factSentences[fact] : undefined;
  if (sentence === undefined) return factInWords(fact, fields);
  const values = Object.entries(fields).map(([name, value]) => [name, wordOf(value)] as const);
  return say(sentence, reader, {
    ...Object.fromEntries(values),
    ...(typeof late === "string" ? { late: lateInWords(late, reader) } : {}),
    ...(typeof reason === "string" ? { reason: reasonInWords(reason, reader) } : {}),
  });
}

/** Why an event is late. */
export function lateInWords(late: string, reader: Pick<Reader, "language">): string {
  const sentence = Object.hasOwn(lateWords, late) ? lateWords[late] : undefined;
  return sentence === undefined ? late : say(sentence, reader);
}

function toneOf({ fact, level }: FactHop): Tone {
  if (fact === "DeliverySent") return "good";
  return level === "ERROR" ? "bad" : level === "WARN" ? "warn" : "plain";
}

const stateWords = {
  sending: words["state-sending"],
  waiting: words["state-waiting"],
  sent: words["state-sent"],
  ignored: words["state-ignored"],
  parked: words["state-parked"],
} as const satisfies Record<EventRow["state"], Sentence>;
const stateTones: Readonly<Record<EventRow["state"], Tone>> = {
  sending: "plain",
  waiting: "warn",
  sent: "good",
  ignored: "plain",
  parked: "bad",
};

/** The present state of an event, by its row in the ledger. */
export function stateInWords(
  row: Omit<EventRow, "id" | "steps">,
  reader: Reader,
): Pick<Told, "sentence" | "tone"> {
  const { state, reason = "", leaseUntilMillis, notBeforeMillis, attempts } = row;
  const untilMillis = state === "sending" ? leaseUntilMillis : notBeforeMillis;
  const time = untilMillis === undefined ? "?" : reader.timeOf(untilMillis);
  const values = { time, reason: reasonInWords(reason, reader) };
  const isQueued = state === "waiting" && attempts === 0 && notBeforeMillis === undefined;
  const sentence = say(isQueued ? words["state-queued"] : stateWords[state], reader, values);
  return { sentence, tone: isQueued ? "plain" : stateTones[state] };
}

/** Seconds for a person: "0.25", "12". */
export function secondsOf(millis: number, language: Language): string {
  const digits = millis < 1000 ? 3 : millis < 10_000 ? 2 : 0;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
  return format.format(millis / 1000);
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

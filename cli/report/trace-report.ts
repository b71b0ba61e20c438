import { words } from "../../local/page/app/way/sentences.ts";
import type { Sentence } from "../../local/page/app/way/sentences.ts";
import { lateInWords, placeOf, say, stateInWords } from "../../local/page/app/way/told.ts";
import type { Reader, Told } from "../../local/page/app/way/told.ts";
import type { Report, ReportSection } from "../../local/page/report/report.ts";
import type { StepRecord } from "../../lambdas/model/ledger.ts";
import { printable } from "../output.ts";
import type { Stage } from "../stage/stage.ts";
import type { Life } from "../trace/life.ts";
import { nameOf, nextFor } from "../trace/show.ts";
import type { ChatWindow } from "../trace/sources.ts";
import type { ChatEntry, ChatTrace, Trace } from "../trace/trace.ts";
import { outcomeTexts, stepTexts, texts } from "./texts.ts";

/** The page of one message. */
export function messageReport(
  message: string,
  found: Trace,
  stage: Stage,
  reader: Reader,
): Pick<Report, "title" | "sections"> {
  const title = say(texts.message, reader, { name: message });
  return { title, sections: [sectionOf(undefined, found, stage, reader)] };
}

/** The page of a chat's messages near a time. */
export function chatReport(
  { conversationId: chat, fromMillis, untilMillis }: ChatWindow,
  { entries, gap }: ChatTrace,
  stage: Stage,
  reader: Reader,
): Pick<Report, "title" | "sections" | "gap"> {
  const [from, until] = [reader.timeOf(fromMillis), reader.timeOf(untilMillis)];
  const sections = entries.map((entry) => {
    const side = entry.from ?? say(texts.unknownSide, reader);
    const heading = `${say(texts.from, reader, { side })}, ${nameOf(entry)}`;
    return sectionOf(heading, traceOf(entry), stage, reader);
  });
  return {
    title: say(texts.chat, reader, { chat, from, until }),
    gap: gap === undefined ? undefined : say(texts.incomplete, reader, { gap }),
    sections,
  };
}

function traceOf({ life, at, atMillis, from, amocrmMessageId }: ChatEntry): Trace {
  const isShown = at === "written" && amocrmMessageId !== undefined;
  const inAmocrm = { id: amocrmMessageId ?? "", atMillis, isOperators: from === "amoCRM" };
  return { life, wasLost: false, followUps: [], inAmocrm: isShown ? inAmocrm : undefined };
}

function sectionOf(
  heading: string | undefined,
  found: Trace,
  stage: Stage,
  reader: Reader,
): ReportSection {
  const next = nextFor(found, stage);
  return {
    heading,
    items: toldOfTrace(found, reader),
    next: next === undefined ? undefined : say(texts.next, reader, { next }),
  };
}

/** What the bridge knows of a message, in the order in which it happened. */
function toldOfTrace(found: Trace, reader: Reader): readonly Told[] {
  const { life, wasLost, followUps, inAmocrm } = found;
  const plain = (place: string, sentence: Sentence, values = {}): Told => ({
    place,
    sentence: say(sentence, reader, values),
    tone: "plain",
  });
  const operator = say(texts.operator, reader);
  const told: (Told | false)[] = [
    inAmocrm !== undefined && {
      ...plain("amoCRM", inAmocrm.isOperators ? texts.operatorWrote : texts.customerWrote),
      atMillis: inAmocrm.atMillis,
    },
    wasLost && {
      ...plain(placeOf("caretaker", reader), texts.cameLate, {
        late: lateInWords("reconciled", reader),
      }),
      tone: "warn",
    },
    ...(life === undefined ? [plain("–", texts.noEvent)] : toldOfLife(life, reader)),
    life?.from === "amocrm" &&
      followUps.length === 0 &&
      plain(operator, hasEnded(life) ? texts.toldAtOnce : texts.notTold),
    ...followUps.map((each): Told => {
      const { sentence, ...rest } = stateOf(each, reader);
      const what = say(followUpText(each), reader);
      const place = each.id.startsWith("status:") ? operator : say(texts.bridge, reader);
      return { place, atMillis: each.endedAtMillis, ...rest, sentence: `${what}: ${sentence}` };
    }),
  ];
  return told.filter((each) => each !== false);
}

function toldOfLife(life: Life, reader: Reader): readonly (Told | false)[] {
  const { acceptedAtMillis, late, attempts, unknownOutcomes, redrives, steps, reason } = life;
  const sender = placeOf("delivery-sender", reader);
  const tell = (sentence: Sentence, values = {}) => say(sentence, reader, values);
  return [
    {
      atMillis: acceptedAtMillis,
      place: entranceOf(life, reader),
      sentence: tell(acceptedAtMillis === undefined ? texts.acceptedSometime : texts.accepted),
      tone: "plain",
    },
    late !== undefined && {
      place: say(texts.bridge, reader),
      sentence: tell(texts.cameLate, { late: lateInWords(late, reader) }),
      tone: "warn",
    },
    attempts + unknownOutcomes > 0 && {
      place: sender,
      sentence: tell(texts.failed, { attempts, unknown: unknownOutcomes }),
      tone: "warn",
    },
    redrives > 0 && {
      place: sender,
      sentence: tell(texts.redriven, { times: redrives }),
      tone: "warn",
    },
    ...steps.map((step) => toldOfStep(step, sender, reader)),
    {
      atMillis: life.endedAtMillis,
      place: placeOf("ledger", reader),
      ...(reason === "discarded" && life.state === "ignored"
        ? { sentence: tell(texts.discarded), tone: "warn" as const }
        : stateOf(life, reader)),
    },
  ];
}

function toldOfStep(
  { step, id, outcome }: StepRecord,
  place: string,
  reader: Reader,
): Told | false {
  const known = stepTexts[step];
  // What a step only remembers for the bridge says nothing to a person.
  if (known === undefined) return false;
  const what = say(known, reader, { id });
  const became = outcome === undefined ? undefined : outcomeTexts[outcome];
  if (became === undefined) return { place, sentence: what, tone: "plain" };
  return { place, sentence: `${what}: ${say(became, reader)}`, tone: "warn" };
}

function entranceOf({ from }: Life, reader: Reader): string {
  if (from === "telegram") return placeOf("telegram-webhook", reader);
  return from === "amocrm" ? placeOf("amocrm-webhook", reader) : say(texts.bridge, reader);
}

function stateOf(life: Life, reader: Reader): Pick<Told, "sentence" | "tone"> {
  const { state, untilMillis, reason = "", attempts } = life;
  if (state === "spooled") return { sentence: say(words.spooled, reader), tone: "warn" };
  const until = { leaseUntilMillis: untilMillis, notBeforeMillis: untilMillis };
  return stateInWords({ state, attempts, reason: printable(reason), ...until }, reader);
}

function hasEnded({ state }: Life): boolean {
  return state === "sent" || state === "parked";
}

function followUpText({ id }: Life): Sentence {
  if (!id.startsWith("status:")) return texts.noticed;
  return /:-1(?::|$)/.test(id) ? texts.toldNotDelivered : texts.toldDelivered;
}

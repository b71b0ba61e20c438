import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { parseJson } from "./http.ts";
import type { SimulatedAmocrmCall } from "./simulators/amocrm/types.ts";
import type { SimulatedTelegramCall } from "./simulators/telegram/bot.ts";

const timeoutMillis = 20_000;

const fact = z.looseObject({ fact: z.string(), eventId: z.optional(z.string()) });
const wrapped = z.object({ level: z.optional(z.string()), message: fact });

/** One decision that a function logged, with its fields. */
export type LoggedFact = NonNullable<ReturnType<typeof factIn>>;

/** The fact in a line of the host's log. Undefined for a line of another kind. */
function factIn(line: string) {
  const [, functionStem = "", json = ""] = /^([a-z-]+): (\{.*\})$/.exec(line) ?? [];
  const value = parseJson(json);
  // A line with a metric has no wrapper and no level.
  const { data: inWrapper } = wrapped.safeParse(value);
  const logged = inWrapper?.message ?? fact.safeParse(value).data;
  if (logged === undefined) return undefined;
  const { fact: name, eventId, _aws: _metric, ...fields } = logged;
  return { functionStem, level: inWrapper?.level, fact: name, eventId, fields };
}

/** Collects the log of a run's functions, so that a demo reports real facts. */
export class FactLog {
  readonly #facts: LoggedFact[] = [];

  readonly add = (line: string): void => {
    const found = factIn(line);
    if (found !== undefined) this.#facts.push(found);
  };

  get length(): number {
    return this.#facts.length;
  }

  /** The first fact of that name since `from`, and of that event if `eventId` is given. */
  next(name: string, from: number, eventId?: string): Promise<LoggedFact> {
    return awaited(`"${name}" in the log`, () =>
      this.#facts
        .slice(from)
        .find((each) => each.fact === name && (eventId ?? each.eventId) === each.eventId),
    );
  }
}

/** Waits until there is a value. Throws when it does not come in time. */
export async function awaited<Value>(what: string, find: () => Value | undefined): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${timeoutMillis / 1000} s`);
    await sleep(20);
  }
}

/** Facts about the bridge itself that come every few minutes and say that all is well. */
const quiet = new Set([
  "ApiTokenRead",
  "CaretakerRan",
  "CertificateRead",
  "CheckAnswered",
  "CheckArrived",
  "CheckSkipped",
  "MediaServed",
  "Reconciled",
  "RoundSkipped",
  "SandboxMeasured",
  "WebhookFine",
  "WebhookNotSetYet",
]);

/** A fact's sentence. Its fields come as words. An absent field is undefined. */
const sentences: Readonly<
  Record<string, (fields: Readonly<Record<string, string | undefined>>) => string>
> = {
  UpdateAccepted: () => "queued in to-amocrm, answers 200",
  HookAccepted: () => "queued in to-telegram, answers 200",
  HookSpooled: () => "kept in the spool, because the queue did not accept it",
  DeliverySent: ({ latencyMillis }) =>
    latencyMillis === undefined ? "sent" : `sent, ${latencyMillis} ms after the webhook got it`,
  DeliveryDeferred: ({ receive = "", reason = "", afterSeconds = "" }) =>
    `attempt ${receive} failed (${reason}); the next one is in ${afterSeconds} s`,
  DeliveryParked: ({ reason = "" }) => `parked (${reason}); npx bridge parked shows it`,
  EventIgnored: ({ reason = "" }) => `nothing to send: ${reason}`,
  AttemptFailed: ({ reason = "" }) => `the attempt failed: ${reason}`,
};

/**
 * One line for a line of the host's log, as the demo shows it. Undefined for a line that says nothing of a
 * message: a caretaker's report that all is well, and the metrics of a function.
 */
export function hopLineOf(line: string): string | undefined {
  const found = factIn(line);
  if (found === undefined) {
    if (/^[a-z-]+: \{.*"_aws"/.test(line)) return undefined;
    const [, stem, text] = /^([a-z-]+): (.*)$/.exec(line) ?? [];
    return stem === undefined || text === undefined ? line : lineOf(stem, text);
  }
  const { functionStem, level, fact, eventId, fields } = found;
  if (quiet.has(fact) && level !== "ERROR") return undefined;
  const words = Object.entries(fields).map(([name, value]) => [name, wordOf(value)] as const);
  const sentence = sentences[fact]?.(Object.fromEntries(words));
  const text = sentence ?? [fact, ...words.map(([name, word]) => `${name}=${word}`)].join(" ");
  return lineOf(functionStem, eventId === undefined ? text : `${shortIdOf(eventId)}: ${text}`);
}

/** The line for a call of Telegram's Bot API. */
export function telegramHopLine({ caller, method, status }: SimulatedTelegramCall): string {
  return lineOf(caller, `Telegram ${method} ${answerOf(status)}`);
}

/** The line for a call of one of amoCRM's two APIs. */
export function amocrmHopLine(call: SimulatedAmocrmCall): string {
  const { caller, method, status, reason } = call;
  const path = call.path.replace(/^\/v2\/origin\/custom\/[^/]+/, "") || "new_message";
  const why = reason === undefined ? "" : ` (${reason})`;
  return lineOf(caller, `amoCRM ${method} ${path} ${answerOf(status)}${why}`);
}

/** A hop with its place in a column of its own. */
function lineOf(place: string, text: string): string {
  return `  ${place.padEnd(16)}  ${text}`;
}

/** Ids of amoCRM's hooks are long. Their beginning is enough to follow one. */
function shortIdOf(eventId: string): string {
  return eventId.length > 24 ? `${eventId.slice(0, 23)}…` : eventId;
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function answerOf(status: number): string {
  return status === 0 ? "without an answer" : String(status);
}

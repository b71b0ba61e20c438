import { factIn } from "./facts.ts";
import type { LoggedFact } from "./facts.ts";
import type { SimulatedAmocrmCall } from "./simulators/amocrm/types.ts";
import type { SimulatedTelegramCall } from "./simulators/telegram/types.ts";

/** One step of a message through the bridge: where it happens, and what happens there. */
type Hop = { readonly place: string; readonly text: string };

/** Facts about the bridge itself that come every few minutes and say that all is well. */
const quiet = new Set([
  "ApiTokenRead",
  "CaretakerRan",
  "CheckAnswered",
  "CheckArrived",
  "CheckSkipped",
  "Reconciled",
  "SandboxMeasured",
  "WebhookFine",
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
 * One line for a line of the host's log, as the demo shows it. Undefined for what says nothing of a message:
 * reports of the caretaker that all is well, and the metrics of a function.
 */
export function hopLineOf(line: string): string | undefined {
  const found = factIn(line);
  if (found === undefined) {
    if (/^[a-z-]+: \{.*"_aws"/.test(line)) return undefined;
    const [, stem, text] = /^([a-z-]+): (.*)$/.exec(line) ?? [];
    return stem === undefined || text === undefined ? line : lineOf({ place: stem, text });
  }
  if (quiet.has(found.fact) && found.level !== "ERROR") return undefined;
  return lineOf(hopOf(found));
}

/** The line for a call of Telegram's Bot API. */
export function telegramHopLine({ method, status }: SimulatedTelegramCall): string {
  // The webhook's own answer acknowledges a press.
  const place = method === "answerCallbackQuery" ? "telegram-webhook" : "delivery-sender";
  return lineOf({ place, text: `Telegram ${method} ${answerOf(status)}` });
}

/** The line for a call of one of amoCRM's two APIs. */
export function amocrmHopLine({ method, path, status, reason }: SimulatedAmocrmCall): string {
  const place = path.replace(/^\/v2\/origin\/custom\/[^/]+/, "");
  const why = reason === undefined ? "" : ` (${reason})`;
  const text = `amoCRM ${method} ${place || "new_message"} ${answerOf(status)}${why}`;
  return lineOf({ place: "delivery-sender", text });
}

/** A hop with its place in a column of its own. */
function lineOf({ place, text }: Hop): string {
  return `  ${place.padEnd(16)}  ${text}`;
}

/** Ids of amoCRM's hooks are long. Their beginning is enough to follow one. */
function shortIdOf(eventId: string): string {
  return eventId.length > 24 ? `${eventId.slice(0, 23)}…` : eventId;
}

function hopOf({ functionStem, fact, eventId, fields }: LoggedFact): Hop {
  const words = Object.entries(fields).map(([name, value]) => [name, wordOf(value)] as const);
  const sentence = sentences[fact]?.(Object.fromEntries(words));
  const text = sentence ?? [fact, ...words.map(([name, word]) => `${name}=${word}`)].join(" ");
  const about = eventId === undefined ? "" : `${shortIdOf(eventId)}: `;
  return { place: functionStem, text: about + text };
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function answerOf(status: number): string {
  return status === 0 ? "without an answer" : String(status);
}

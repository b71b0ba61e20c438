import type { CallHop, Hop } from "./hop.ts";

/** Facts about the bridge itself that come every few minutes and say that all is well. */
export const quietFacts: ReadonlySet<string> = new Set([
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
 * One line for a hop, as a terminal shows it. Undefined for a hop that says nothing new of a message: a
 * report that all is well, or what another line says in words.
 */
export function lineOfHop(hop: Hop): string | undefined {
  const { functionStem } = hop;
  switch (hop.kind) {
    case "webhook":
    case "received":
    case "died":
      return undefined;
    case "call":
      return lineOf(functionStem, callInWords(hop));
    case "line":
      return functionStem === "host" ? hop.text : lineOf(functionStem, hop.text);
    case "fact": {
      if (quietFacts.has(hop.fact) && hop.level !== "ERROR") return undefined;
      const text = factInWords(hop.fact, hop.fields);
      const { eventId } = hop;
      return lineOf(functionStem, eventId === undefined ? text : `${shortIdOf(eventId)}: ${text}`);
    }
  }
}

/** A fact as a sentence, or as its name and fields. */
export function factInWords(fact: string, fields: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(fields).map(([name, value]) => [name, wordOf(value)] as const);
  const sentence = sentences[fact]?.(Object.fromEntries(words));
  return sentence ?? [fact, ...words.map(([name, word]) => `${name}=${word}`)].join(" ");
}

function callInWords({ vendor, call, status, reason }: CallHop): string {
  const name = vendor === "telegram" ? "Telegram" : "amoCRM";
  const answer = status === 0 ? "without an answer" : String(status);
  return `${name} ${call} ${answer}${reason === undefined ? "" : ` (${reason})`}`;
}

/** A hop with its place in a column of its own. */
function lineOf(place: string, text: string): string {
  return `  ${place.padEnd(16)}  ${text}`;
}

/** Ids of amoCRM's hooks are long. Their beginning is enough to follow one. */
export function shortIdOf(eventId: string): string {
  return eventId.length > 24 ? `${eventId.slice(0, 23)}…` : eventId;
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

import * as z from "zod/mini";

/** Error codes of a delivery status, as amoCRM documents them. */
export type DeliveryErrorCode = 901 | 902 | 903 | 904 | 905;

/**
 * The truth about a message, for the operator who wrote it. There is no "read": a bot is never
 * told. @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
const deliveryStatus = z.union([
  z.strictObject({ statusCode: z.literal(1) }),
  z.strictObject({
    statusCode: z.literal(-1),
    errorCode: z.literal([901, 902, 903, 904, 905]),
    error: z.string(),
  }),
]);
export type DeliveryStatus = z.output<typeof deliveryStatus>;

const fields = {
  id: z.string().check(z.minLength(1)),
  group: z.string().check(z.minLength(1)),
  /** `bridge`: written by the bridge itself, see {@link bridgeEvent}. */
  source: z.enum(["telegram", "amocrm", "bridge"]),
  receivedAtMillis: z.int(),
  /** False when the secret store was down: the sender verifies before it acts. */
  verified: z.boolean(),
  signature: z.optional(z.string()),
  scopeId: z.optional(z.string()),
  /** How it fell out of the order of its chat; such an event is counted, and never hidden. */
  late: z.optional(z.enum(["spooled", "unverified", "reconciled", "redriven"])),
  /** Which redrive of a parked event this is; a parked one is claimed by a newer redrive only. */
  redrive: z.optional(z.int()),
};

/** Version 1: the body as base64, because queues alter some characters. */
export const plainEnvelope = z.strictObject({ v: z.literal(1), ...fields, body: z.string() });

/**
 * Version 2, for a large body: compressed by Brotli, and that as base64, or the key under which the
 * compressed bytes lie in the bucket of bodies.
 */
export const packedEnvelope = z.strictObject({
  v: z.literal(2),
  ...fields,
  body: z.union([z.strictObject({ brotli: z.string() }), z.strictObject({ stored: z.string() })]),
});

/** Both versions; `readEnvelope` reads what is written. */
export const envelope = z.discriminatedUnion("v", [plainEnvelope, packedEnvelope]);

/**
 * What travels through the queues and waits in the spool and among the parked: one event exactly
 * as its source sent it. `id` is a function of the source (queue de-duplication id and ledger
 * key), `group` keeps the order of a chat. The body is read by `BodyOf` alone.
 */
export type Envelope = z.output<typeof envelope>;

/** What an envelope carries of a body, and the version that goes with it. */
export type CarriedBody =
  | Pick<z.output<typeof plainEnvelope>, "v" | "body">
  | Pick<z.output<typeof packedEnvelope>, "v" | "body">;

/**
 * What a queue, the spool or the ledger holds, as an envelope. Undefined for a version that this code
 * does not know, and for a field it does not know: whoever changes the schema raises `v`, reads the
 * version before as well, and lets the reading code be deployed before the writing one (docs/rollout.md).
 */
export function readEnvelope(message: string): Envelope | undefined {
  try {
    const read = z.safeParse(envelope, JSON.parse(message));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the bridge asks of itself: a status report that could not be made at once, or a line to a
 * customer whose message waits.
 */
export const bridgeEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("delivery_status"),
    amocrmMessageId: z.string(),
    status: deliveryStatus,
    /** The event that the report is about: a failure is not reported once it has been sent. */
    eventId: z.optional(z.string()),
    /** amoCRM asked to wait until then. */
    notBeforeMillis: z.optional(z.int()),
  }),
  z.strictObject({ kind: z.literal("notice"), conversationId: z.string() }),
  /** Nobody has said anything in the chat since then: the talk with operators ends. */
  z.strictObject({
    kind: z.literal("silence"),
    conversationId: z.string(),
    lastActivityAtMillis: z.int(),
  }),
  /** An operator has closed the talk in amoCRM; who wrote after that has opened another. */
  z.strictObject({
    kind: z.literal("talk_closed"),
    conversationId: z.string(),
    closedAtMillis: z.int(),
  }),
]);
export type BridgeEvent = z.output<typeof bridgeEvent>;

/** Where an event goes: the direction decides the retry rules and who is told of a failure. */
export type Direction = "to-amocrm" | "to-telegram";

const healthCheck = z.strictObject({
  /** The caretaker's, a roll-out's, or that of a person who sets the bridge up. */
  kind: z.enum(["synthetic", "rollout", "setup"]),
  sentAtMillis: z.int(),
  /** Makes the body, and with it the event's id, differ from every other. */
  nonce: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
});
/**
 * A message of nobody to nobody: sent through a webhook like a customer's or an operator's, and
 * dropped by the sender. Nothing a person writes looks like it, because Telegram and amoCRM give
 * what people write names of their own at the top.
 */
export type HealthCheck = z.output<typeof healthCheck>;

const body = z.strictObject({ bridge_check: healthCheck });

/** The body of the webhook that carries it; secret header or signature are the caller's. */
export function healthCheckBody(check: HealthCheck): string {
  return JSON.stringify({ bridge_check: check } satisfies z.output<typeof body>);
}

/** The check that a webhook's body is; undefined for anything more, less or else. */
export function healthCheckIn(bytes: string): HealthCheck | undefined {
  // Events of people are spared the reading.
  if (!bytes.startsWith('{"bridge_check":')) return undefined;
  try {
    return z.parse(body, JSON.parse(bytes)).bridge_check;
  } catch {
    return undefined;
  }
}

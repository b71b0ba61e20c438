import * as z from "zod/mini";

/** Error codes of a delivery status, as amoCRM documents them. */
export type DeliveryErrorCode = 901 | 902 | 903 | 904 | 905;

/**
 * The delivery state of a message, for the operator who wrote it. It has no "read", because
 * Telegram does not tell bots that a customer read a message.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
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
  /** `bridge`: the bridge itself wrote it, see {@link bridgeEvent}. */
  source: z.enum(["telegram", "amocrm", "bridge"]),
  receivedAtMillis: z.int(),
  /** False when the secret store was down. Then the sender verifies the event before it acts. */
  verified: z.boolean(),
  signature: z.optional(z.string()),
  scopeId: z.optional(z.string()),
  /** Why the event is out of order in its chat. We count such an event and never hide it. */
  late: z.optional(z.enum(["spooled", "unverified", "reconciled", "redriven"])),
  /** The number of the redrive of a parked event. Only a newer redrive can claim a parked event. */
  redrive: z.optional(z.int()),
};

/** Version 1: the body in base64, because queues change some characters. */
export const plainEnvelope = z.strictObject({ v: z.literal(1), ...fields, body: z.string() });

/** Version 2, for a large body: compressed by Brotli, in base64, or its key in the bucket of bodies. */
export const packedEnvelope = z.strictObject({
  v: z.literal(2),
  ...fields,
  body: z.union([z.strictObject({ brotli: z.string() }), z.strictObject({ stored: z.string() })]),
});

/** Both versions. `readEnvelope` reads the written form. */
export const envelope = z.discriminatedUnion("v", [plainEnvelope, packedEnvelope]);

/**
 * One event exactly as its source sent it. It travels through the queues, and it waits in the spool
 * and among the parked events. `id` depends on the source only: it is the queue's de-duplication id
 * and the ledger key. `group` keeps the order of a chat. Only `BodyOf` reads the body.
 */
export type Envelope = z.output<typeof envelope>;

/** The form of a body in an envelope, and the version for that form. */
export type CarriedBody =
  | Pick<z.output<typeof plainEnvelope>, "v" | "body">
  | Pick<z.output<typeof packedEnvelope>, "v" | "body">;

/**
 * Reads an envelope from the text that a queue, the spool or the ledger holds. Returns undefined for a
 * version or a field that this code does not know. A person who changes the schema raises `v`, still reads
 * the version before, and deploys the reading code before the writing code (docs/rollout.md).
 */
export function readEnvelope(message: string): Envelope | undefined {
  return z.safeParse(envelope, parseJson(message)).data;
}

/** The value of a JSON text; undefined for a text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Events that the bridge sends to itself, such as a status report that it could not make at once. */
export const bridgeEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("delivery_status"),
    amocrmMessageId: z.string(),
    status: deliveryStatus,
    /** The event that the report is about. Once the event is sent, the bridge does not report a failure. */
    eventId: z.optional(z.string()),
    /** The end of amoCRM's retry after. */
    notBeforeMillis: z.optional(z.int()),
  }),
  z.strictObject({ kind: z.literal("notice"), conversationId: z.string() }),
  /** The chat has been silent since then, so the talk with operators ends. */
  z.strictObject({
    kind: z.literal("silence"),
    conversationId: z.string(),
    lastActivityAtMillis: z.int(),
  }),
  /** An operator closed the talk in amoCRM. A customer who wrote after that opened another talk. */
  z.strictObject({
    kind: z.literal("talk_closed"),
    conversationId: z.string(),
    closedAtMillis: z.int(),
  }),
  /** The main API kept a message from its lead, and the message went on without it. */
  z.strictObject({
    kind: z.literal("lead"),
    conversationId: z.string(),
    /** The customer's name, for a contact that amoCRM has not made itself. */
    name: z.string(),
    /** amoCRM may make a lead for the message itself, in this time. */
    notBeforeMillis: z.int(),
  }),
  /** The customer's profile has changed. */
  z.strictObject({
    kind: z.literal("profile"),
    conversationId: z.string(),
    userId: z.string(),
    username: z.exactOptional(z.string()),
    languageCode: z.exactOptional(z.string()),
    isPremium: z.exactOptional(z.literal(true)),
  }),
  /** A note for operators about the customer. Without a contact, it goes on the lead of the chat. */
  z.strictObject({
    kind: z.literal("note"),
    conversationId: z.string(),
    text: z.string(),
    tags: z.array(z.string()),
    contactId: z.optional(z.int()),
  }),
  /** No operator has answered a customer who has waited since then. */
  z.strictObject({
    kind: z.literal("unanswered"),
    conversationId: z.string(),
    sinceMillis: z.int(),
  }),
]);
export type BridgeEvent = z.output<typeof bridgeEvent>;

/** The envelope of an event that the bridge sends to itself. */
export function bridgeEnvelope(
  event: BridgeEvent,
  { id, group, nowMillis }: { id: string; group: string; nowMillis: number },
): Envelope {
  const body = Buffer.from(JSON.stringify(event)).toString("base64");
  return { v: 1, id, group, source: "bridge", receivedAtMillis: nowMillis, verified: true, body };
}

/** Where an event goes. The direction decides the retry rules and who gets the report of a failure. */
export type Direction = "to-amocrm" | "to-telegram";

const healthCheck = z.strictObject({
  /** The sender of the check: the caretaker, a roll-out, or a person who sets the bridge up. */
  kind: z.enum(["synthetic", "rollout", "setup"]),
  sentAtMillis: z.int(),
  /** Makes the body, and so the id of the event, different from every other. */
  nonce: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
});
/**
 * A health check: a message without an author and without a receiver. It goes through a webhook
 * like a customer's or an operator's message, and the sender drops it. No person's message looks
 * like it, because Telegram and amoCRM put names of their own at the top of people's messages.
 */
export type HealthCheck = z.output<typeof healthCheck>;

const body = z.strictObject({ bridge_check: healthCheck });

/** The body of the request that carries the check. The caller adds the secret header or the signature. */
export function healthCheckBody(check: HealthCheck): string {
  return JSON.stringify({ bridge_check: check } satisfies z.output<typeof body>);
}

/** The check in a webhook's body. Undefined for a body with anything more, less or different. */
export function healthCheckIn(bytes: string): HealthCheck | undefined {
  // This saves the parsing of people's events.
  if (!bytes.startsWith('{"bridge_check":')) return undefined;
  return z.safeParse(body, parseJson(bytes)).data?.bridge_check;
}

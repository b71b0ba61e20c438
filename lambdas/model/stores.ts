import type { Conversation, Pause, PauseName, ActiveConversation } from "./conversation.ts";
import type {
  Claim,
  ClaimRequest,
  End,
  FailedAttempt,
  Parking,
  Release,
  StepRecord,
  LedgerEntry,
} from "./ledger.ts";
import type { CrmContent } from "./crm.ts";
import type { CustomerEvent } from "./message.ts";
import type { CarriedBody, Direction, Envelope } from "./envelope.ts";

/** The store of the chat mappings. */
export interface ConversationStore {
  /** Reads a conversation. With `mayBeOld`, makes an eventually consistent read, for half the price. */
  find(
    conversationId: string,
    options?: { readonly mayBeOld?: boolean },
  ): Promise<Conversation | undefined>;
  /** Sets the given fields and leaves the others. Makes the conversation when there is none. */
  update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void>;
}

/** Another attempt holds the event now. The write recorded nothing, and the caller must stop. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/**
 * Decides which steps the sender carries out, and remembers the done steps. Every write except the
 * claim requires the lease and throws {@link LeaseLost} without it.
 */
export interface DeliveryLedger {
  /**
   * Claims an event for one attempt. A claim after an attempt that died (its lease ran out) counts
   * as an ambiguous outcome of the next step.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records all done steps. It writes the whole list, so a repeated write changes nothing. */
  commitSteps(id: string, owner: string, steps: readonly StepRecord[]): Promise<void>;
  /** Records the last step, if any, and the end in one write. */
  finish(id: string, owner: string, end: End): Promise<void>;
  release(id: string, owner: string, release: Release): Promise<void>;
  park(id: string, owner: string, parking: Parking): Promise<void>;
}

/** The ledger's answers to callers that do not hold an event. */
export interface DeliveryStates {
  /** Undefined: unknown event. `found`: its hook was missing, and a reconcile run enqueued it. */
  deliveryState(id: string): Promise<"under-way" | "ended" | "found" | undefined>;
  /** The state of an event, if there is one. */
  stateOf(id: string): Promise<LedgerEntry["state"] | undefined>;
  /** The done steps. Empty for an event that the ledger does not know. */
  stepsOf(id: string): Promise<readonly StepRecord[]>;
  rememberFound(id: string, nowMillis: number): Promise<void>;
}

/** Which conversations make contacts under which names, for some minutes, in all sandboxes. */
export interface ContactMarks {
  /** Callers call it before every creation of a contact. It shows others that a contact may appear. */
  mark(name: string, conversationId: string, nowMillis: number): Promise<void>;
  /** Since when only this conversation has made contacts with that name; undefined when not known. */
  aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined>;
}

/** What the bridge knows of making a contact's lead. */
export type LeadWork = {
  /** How many requests for a lead had no answer since the last known lead. */
  readonly lostAnswers: number;
  /** When the last of these requests began. */
  readonly requestedAtMillis?: number;
  /** The last lead that the bridge made for the contact. */
  readonly leadId?: number;
  readonly madeAtMillis?: number;
};

/** Lets one sender at a time make the lead of a contact. Several chats may have the same contact. */
export interface LeadLocks {
  /** Reserves the contact until then, or says until when another owner has it. */
  claim(
    contactId: number,
    owner: string,
    lease: { readonly nowMillis: number; readonly untilMillis: number },
  ): Promise<LeadWork | { readonly busyUntilMillis: number }>;
  /** Replaces what is known. False when another owner has the contact now. */
  record(contactId: number, owner: string, work: LeadWork): Promise<boolean>;
  /** Ends the reservation, if the owner still has it. */
  release(contactId: number, owner: string): Promise<void>;
  /** Counts the leads of all contacts, for responsible users in turn. Two leads may get the same number. */
  nextTurn(): Promise<number>;
}

/** Remembers which messages in amoCRM are our own words. */
export interface EchoMemory {
  remember(amocrmMessageId: string, nowMillis: number): Promise<void>;
  has(amocrmMessageId: string): Promise<boolean>;
}

/** The form of a piece in the CRM. An edit never changes it. */
export type PieceForm = Exclude<CrmContent["type"], "emptied">;

/**
 * Remembers the pieces of messages that are more than one message in the CRM, so that an edit knows
 * which pieces exist. It keeps nothing for a first piece that is a text, because that piece has the
 * msgid of the message.
 */
export interface ShownPieces {
  /** Remembers that a piece exists. A second call changes nothing. */
  remember(msgid: string, number: number, form: PieceForm, nowMillis: number): Promise<void>;
  /** Remembers the words of an edit that is a separate message. For each piece, keeps only the last words. */
  rememberEdit(msgid: string, number: number, words: string, nowMillis: number): Promise<void>;
  /** True when the last such edit of the piece had these words. */
  isLastEdit(msgid: string, number: number, words: string): Promise<boolean>;
  /** The existing pieces, by number. The first piece is there only when it is not a text. */
  of(msgid: string): Promise<ReadonlyMap<number, PieceForm>>;
}

/** The bot's words, and the id of their Telegram message. */
type BotReply = { readonly text: string; readonly telegramMessageId: string };

/** A customer's message to the bot, and the bot's answers. */
export type Exchange = {
  readonly event: CustomerEvent;
  readonly acceptedAtMillis: number;
  readonly replies: readonly BotReply[];
};

/** The messages before the call of an operator, by conversation and number. Kept for two days. */
export interface Transcript {
  put(conversationId: string, number: number, exchange: Exchange, nowMillis: number): Promise<void>;
  /** The messages with these numbers that the store still has, in order. */
  get(conversationId: string, numbers: readonly number[]): Promise<readonly Exchange[]>;
}

/** Where a customer came from, as a deep link that the bridge made says it. */
export type DeepLink = {
  readonly source: string;
  /** May be empty. */
  readonly campaign: string;
  /** The contact in amoCRM that the link was made for. Such a link works for one chat only. */
  readonly contactId?: number;
  /** Exact to the hour. */
  readonly expiresAtMillis?: number;
};

/** What happened to a deep link since it was made. */
export type DeepLinkUse = {
  readonly revokedAtMillis?: number;
  /** The conversation that used up a link which names a contact. */
  readonly usedBy?: string;
};

/** The deep links of a bridge, by their payloads. A link works also when the store does not have it. */
export interface DeepLinks {
  /** Keeps a new link, so that a person can list and revoke it. Changes nothing when it has the link. */
  keep(payload: string, link: DeepLink, nowMillis: number): Promise<void>;
  /** Undefined for a link that it does not have. */
  find(payload: string): Promise<DeepLinkUse | undefined>;
  /**
   * Uses up a link that names a contact. The same conversation may call it again. False when another
   * conversation has used it up, or when a person has revoked it.
   */
  useUp(
    payload: string,
    link: DeepLink,
    conversationId: string,
    nowMillis: number,
  ): Promise<boolean>;
}

/** The last failed attempt of each direction, for `bridge doctor` and `bridge status`. */
export interface FailedAttempts {
  /** May skip a failure that repeats the last one soon after it. */
  note(direction: Direction, failed: FailedAttempt): Promise<void>;
}

/** A pause with the version that a change must present. */
export type StoredPause = { readonly pause: Pause; readonly version: number };

/** Keeps the pauses that all sandboxes share. */
export interface PauseStore {
  load(name: PauseName): Promise<StoredPause>;
  /** False when another sandbox changed it after the load. */
  save(stored: StoredPause): Promise<boolean>;
}

/** Finds our conversations by amoCRM's ids of their chats. */
export interface KnownChats {
  /** Undefined for an unknown chat. It may not find a chat yet that the bridge learned a moment ago. */
  conversationOf(amojoChatId: string): Promise<string | undefined>;
}

/** Conversations by their last activity. */
export interface ActiveConversations {
  /**
   * All conversations with activity since then, exact to the hour. The newest hours come first. Each
   * conversation comes once, with its latest time. It does not check that the conversation exists.
   */
  since(sinceMillis: number): AsyncIterable<ActiveConversation>;
}

/** The compressed bytes of a body, and their key in the bucket of bodies. */
export type StoredBody = { readonly key: string; readonly bytes: Uint8Array };

/** Packs a body for an envelope. The caller must store `object` before it enqueues the event. */
export type PackBody = (body: Uint8Array) => {
  readonly carried: CarriedBody;
  readonly object?: StoredBody;
};

/**
 * Returns the bytes that a source sent. Throws PermanentFailure "not-understood" when the body no
 * longer exists or cannot be unpacked, and TransientFailure when the bucket does not answer.
 */
export type BodyOf = (envelope: Envelope) => Promise<Uint8Array>;

/** Stores bodies that are too large for a queue message. */
export interface BodyWriter {
  /** Resolves when the object is durable. A repeated call overwrites it with the same bytes. */
  put(object: StoredBody, options: { readonly timeoutMillis: number }): Promise<void>;
}

/** The bucket of those bodies. Methods may throw TransientFailure. */
export interface BodyStore extends BodyWriter {
  /** Undefined when the object no longer exists. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Removes the object, if it exists. */
  remove(key: string): Promise<void>;
}

/** Dependencies of packing a body. */
export type Packing = { readonly packBody: PackBody; readonly bodies: BodyWriter };

/** For callers without a vendor that waits for an answer. */
const keepTimeoutMillis = 10_000;

/** Packs a body for an envelope. First stores a body that is too large to travel. */
export async function keepBody(
  body: Uint8Array,
  { packBody, bodies }: Packing,
): Promise<CarriedBody> {
  const { carried, object } = packBody(body);
  if (object !== undefined) await bodies.put(object, { timeoutMillis: keepTimeoutMillis });
  return carried;
}

/** A customer's wait for an answer. */
export type Wait = {
  readonly conversationId: string;
  /** The time of the first message that nobody has answered. */
  readonly sinceMillis: number;
};

/** The list of waits. Each conversation has at most one. */
export interface WaitList {
  /** Puts a wait on the list, in place of an earlier one of its conversation. */
  put(wait: Wait, dueAtMillis: number): Promise<void>;
  /** Takes that wait off the list, if it is there. */
  remove(wait: Wait): Promise<void>;
}

/** The list of waits, as the caretaker reads it. */
export interface DueWaits {
  /** The waits that are due by then, the longest due first, at most `limit`. */
  due(nowMillis: number, limit: number): Promise<readonly Wait[]>;
  /** Takes that wait off the list, if it is there. */
  remove(wait: Wait): Promise<void>;
}

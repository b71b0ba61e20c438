import type { Conversation, Pause, PauseName, ActiveConversation } from "./conversation.ts";
import type {
  Claim,
  ClaimRequest,
  End,
  Parking,
  Release,
  StepRecord,
  LedgerEntry,
} from "./ledger.ts";
import type { CrmContent } from "./crm.ts";
import type { CustomerEvent } from "./message.ts";
import type { CarriedBody, Envelope } from "./envelope.ts";

/** The chat mappings. */
export interface ConversationStore {
  /** As it is now; or as it was a moment ago where that does, for half the price. */
  find(
    conversationId: string,
    options?: { readonly mayBeOld?: boolean },
  ): Promise<Conversation | undefined>;
  /** Sets the given fields and leaves the others; makes the conversation if there is none. */
  update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void>;
}

/** Another attempt holds the event now: stop, without having recorded anything. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/**
 * Decides what is sent, and remembers what was. Every write but the claim requires the lease and
 * throws {@link LeaseLost} without it.
 */
export interface DeliveryLedger {
  /**
   * Claims an event for one attempt. Claiming after an attempt that died (its lease ran out)
   * counts as an ambiguous outcome of the next step.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records all steps that are done by now: the whole list, so that a repeated write changes nothing. */
  commitSteps(id: string, owner: string, steps: readonly StepRecord[]): Promise<void>;
  /** Records the last step, if any, and the end in one write. */
  finish(id: string, owner: string, end: End): Promise<void>;
  release(id: string, owner: string, release: Release): Promise<void>;
  park(id: string, owner: string, parking: Parking): Promise<void>;
}

/** What the ledger tells those who do not hold an event. */
export interface DeliveryStates {
  /** Undefined: never heard of. `found`: its hook was missing, and its event was enqueued. */
  deliveryState(id: string): Promise<"under-way" | "ended" | "found" | undefined>;
  /** The state of an event, where there is one. */
  stateOf(id: string): Promise<LedgerEntry["state"] | undefined>;
  /** The steps that are done; none of an event that is not known. */
  stepsOf(id: string): Promise<readonly StepRecord[]>;
  rememberFound(id: string, nowMillis: number): Promise<void>;
}

/** Whose contacts are being made under which name, for a few minutes; all sandboxes share it. */
export interface ContactMarks {
  /** To be called before every creation of a contact: by it others see that one may come up. */
  mark(name: string, conversationId: string, nowMillis: number): Promise<void>;
  /**
   * Since when no other conversation than this has been making contacts of that name; undefined where
   * another has, or where that is not known any more.
   */
  aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined>;
}

/** Remembers which of amoCRM's messages are our own words. */
export interface EchoMemory {
  remember(amocrmMessageId: string, nowMillis: number): Promise<void>;
  has(amocrmMessageId: string): Promise<boolean>;
}

/** What a piece is in the CRM, whose edits never change that. */
export type PieceForm = Exclude<CrmContent["type"], "emptied">;

/**
 * Remembers the pieces of messages that are more than one message in the CRM, so that an edit knows what
 * is there. Of a first piece that is a text nothing is kept: it has the message's own name.
 */
export interface ShownPieces {
  /** Remembers that a piece is there; twice is as good as once. */
  remember(msgid: string, number: number, form: PieceForm, nowMillis: number): Promise<void>;
  /** Remembers the words of an edit that stands as a message of its own; of a piece the last such. */
  rememberEdit(msgid: string, number: number, words: string, nowMillis: number): Promise<void>;
  /** Whether these are the words that such an edit of a piece has said last. */
  isLastEdit(msgid: string, number: number, words: string): Promise<boolean>;
  /** The pieces that are there, by number; the first only where it is no text. */
  of(msgid: string): Promise<ReadonlyMap<number, PieceForm>>;
}

/** What the bot said, and the Telegram message it is. */
type BotReply = { readonly text: string; readonly telegramMessageId: string };

/** What a customer said to the bot, and what it answered. */
export type Said = {
  readonly event: CustomerEvent;
  readonly acceptedAtMillis: number;
  readonly replies: readonly BotReply[];
};

/**
 * What was said before an operator was called: kept for two days, by conversation and number, so
 * that the operator can read it.
 */
export interface Transcript {
  put(conversationId: string, number: number, said: Said, nowMillis: number): Promise<void>;
  /** Those with these numbers that are still known, in order. */
  get(conversationId: string, numbers: readonly number[]): Promise<readonly Said[]>;
}

/** A pause with the mark that a change must present. */
export type StoredPause = { readonly pause: Pause; readonly version: number };

/** Keeps the pauses that all sandboxes share. */
export interface PauseStore {
  load(name: PauseName): Promise<StoredPause>;
  /** False when somebody else changed it since it was loaded. */
  save(stored: StoredPause): Promise<boolean>;
}

/** Our conversations by amoCRM's ids of their chats. */
export interface KnownChats {
  /** Undefined for a chat that is not known; one that was learned a moment ago may not be found yet. */
  conversationOf(amojoChatId: string): Promise<string | undefined>;
}

/** Conversations by when something last went through them. */
export interface ActiveConversations {
  /**
   * Everyone noted since then, to the hour; the newest hours first, and each once, with the latest
   * time it was noted at. Whether the conversation exists is not looked at.
   */
  since(sinceMillis: number): AsyncIterable<ActiveConversation>;
}

/** Compressed bytes of a body, and the key under which they lie in the bucket of bodies. */
export type StoredBody = { readonly key: string; readonly bytes: Uint8Array };

/** Says what an envelope carries of a body; `object` is to be stored before the event is enqueued. */
export type PackBody = (body: Uint8Array) => {
  readonly carried: CarriedBody;
  readonly object?: StoredBody;
};

/**
 * The bytes that a source sent. Throws PermanentFailure "not-understood" for a body that is gone or
 * cannot be unpacked, and TransientFailure when the bucket does not answer.
 */
export type BodyOf = (envelope: Envelope) => Promise<Uint8Array>;

/** Takes bodies that are too large for a queue message. */
export interface BodyWriter {
  /** Resolves once the object is durable; a repeat overwrites it with the same bytes. */
  put(object: StoredBody, options: { readonly timeoutMillis: number }): Promise<void>;
}

/** The bucket of those bodies. Methods may throw TransientFailure. */
export interface BodyStore extends BodyWriter {
  /** Undefined: no object lies there any more. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Removes the object, where there is one. */
  remove(key: string): Promise<void>;
}

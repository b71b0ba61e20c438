import type { Media } from "../model/content.ts";
import type { Conversation } from "../model/conversation.ts";
import type { DeliveryStatus } from "../model/envelope.ts";
import type { StepName, LedgerEntry } from "../model/ledger.ts";
import type {
  CustomerEvent,
  CustomerProfile,
  CustomerReaction,
  Where,
  KeptFile,
  Piece,
} from "../model/message.ts";
import type { SendOptions } from "../model/messenger.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";

/** The target of a message to Telegram. The pauses of its chat apply to the message. */
export type Recipient = {
  readonly conversationId: string;
  readonly chatId: string;
  readonly where?: Where | undefined;
  /** The topic is not the topic of the customer's last message, so the bridge must remember it. */
  readonly isOtherTopic?: true;
};

/** A message to Telegram: a text of the bridge, or a request that the team's bot makes. */
export type Outgoing =
  | { readonly text: string; readonly options?: Omit<SendOptions, keyof Where> }
  | { readonly method: string; readonly payload: Readonly<Record<string, unknown>> };

/** The chat in which a bot speaks, and the customer in it. */
export type Chat = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "sentAtSeconds" | "where" | "msgid" | "ownPhone"
>;

/** Ways to send an operator's file. When Telegram refuses one, the bridge tries the next one. */
export const fileWays = ["as-itself", "as-document", "as-link"] as const;

export type ReactionChange = { readonly type: "react" | "unreact"; readonly emoji: string };

type ProfileOfCustomer = {
  readonly conversationId: string;
  /** Telegram's id of the customer. */
  readonly userId: string;
  readonly profile: CustomerProfile;
};

/** A step as a value. One place carries out all steps over the ports. */
type StepCall =
  | { readonly name: "keep-file"; readonly media: Media }
  | {
      readonly name: "show-message";
      readonly event: CustomerEvent;
      readonly piece: Piece;
      /** The last piece of an edit also empties the further pieces that the message had before. */
      readonly isLast: boolean;
      readonly sentAtMillis: number;
      readonly isSilent: boolean;
      readonly kept?: KeptFile | undefined;
    }
  | {
      readonly name: "show-reaction";
      readonly event: CustomerReaction;
      readonly change: ReactionChange;
      /** Distinguishes the changes of one event. */
      readonly index: number;
      readonly sentAtMillis: number;
    }
  | {
      readonly name: "show-bot-message";
      readonly chat: Chat;
      readonly text: string;
      readonly atMillis: number;
      /** Absent for the message that the step before has sent. */
      readonly telegramMessageId?: string;
    }
  | {
      readonly name: "open-talk" | "close-talk";
      readonly conversationId: string;
      readonly eventId: string;
    }
  | { readonly name: "catch-up" | "find-no-talk" }
  | { readonly name: "close-crm-talk"; readonly conversationId: string }
  | {
      readonly name: "report-wait";
      readonly conversationId: string;
      readonly sinceMillis: number;
      readonly as: "task" | "note";
    }
  /** Records the order that an attempt found, so that the next attempts send the same messages. */
  | { readonly name: "check-order"; readonly found: FoundOrder }
  | { readonly name: "link-phone"; readonly event: CustomerEvent }
  | ({ readonly name: "keep-profile" } & ProfileOfCustomer)
  | ({ readonly name: "write-profile" } & ProfileOfCustomer)
  | {
      readonly name: "add-note";
      readonly conversationId: string;
      readonly text: string;
      readonly tags: readonly string[];
      /** Absent: on the lead of the chat. */
      readonly contactId?: number | undefined;
    }
  | { readonly name: "make-lead"; readonly conversationId: string; readonly customerName: string }
  | {
      readonly name: "remember-exchange";
      readonly event: CustomerEvent;
      readonly acceptedAtMillis: number;
      /** The bot's words, in the order of its steps before this one. */
      readonly texts: readonly string[];
    }
  | {
      readonly name: "forget-transcript" | "remember-language" | "remember-reachability";
      readonly conversationId: string;
      readonly changes: ConversationChanges;
    }
  | {
      readonly name: "say" | "answer-as-bot" | "send-preface" | "send-text";
      readonly to: Recipient;
      readonly message: Outgoing;
      /** Written before the message goes out, so that an attempt that dies does not lose it. */
      readonly remember?: ConversationChanges;
    }
  | {
      readonly name: "send-file";
      readonly to: Recipient;
      readonly media: Media;
      readonly way: (typeof fileWays)[number];
      readonly caption: string;
      /** The text that replaces the file when Telegram takes only the file's address. */
      readonly linkText: string;
      readonly options: Omit<SendOptions, keyof Where>;
    }
  | {
      readonly name: "react";
      readonly to: Recipient;
      readonly telegramMessageId: string | undefined;
      /** Absent: the operator took the reaction back. */
      readonly emoji: string | undefined;
      /** The bridge sends this text where Telegram does not take the reaction. */
      readonly inWords: string;
    }
  | { readonly name: "show-typing"; readonly to: Recipient }
  | {
      readonly name: "report-status";
      readonly conversationId: string;
      readonly amocrmMessageId: string;
      readonly status: DeliveryStatus;
    };

export type ConversationChanges = Partial<Omit<Conversation, "conversationId">>;

/**
 * The failures after which the event goes on without the step.
 * - `any-failure`: every failure.
 * - `refusal`: a refusal.
 * - `refusal-after-three-failures`: a refusal, after three counted failures.
 * - `any-after-two-failures`: a refusal, a failure that needs a person, any failure of a vendor after two
 *   counted failures, and any other error after ten.
 */
export type SkipRule =
  "any-failure" | "refusal" | "refusal-after-three-failures" | "any-after-two-failures";

/** Whether a later message went out before a late one, and in which redrive the bridge found that. */
export type FoundOrder = {
  /** The number of the redrive; 0 before the first one. */
  readonly id: string;
  readonly outcome: "in-order" | "out-of-order";
};

/**
 * One thing to do for an event. The ledger records each step when it is done, so that the next attempt
 * continues where a dead attempt stopped.
 */
export type Step = StepCall & { readonly skip?: SkipRule };

/** The step with that name. */
export type StepOf<Name extends StepName> = Step & { readonly name: Name };

/** Steps that take longer than one call: to fetch and upload the largest file, to fetch and keep one. */
const timeLimitMillis: Partial<Record<StepName, number>> = {
  "send-file": 62_000,
  "keep-file": 40_000,
};
/** The time limit of a vendor call, with a margin. */
const callMillis = 12_000;

/** The step's time limit, in milliseconds. The sender begins no step when the attempt has less time left. */
export function timeLimitOf(step: Step | undefined): number {
  return (step && timeLimitMillis[step.name]) ?? callMillis;
}

/** The chat into which the step sends a message; undefined when a repeat does no harm. */
export function recipientOf(step: Step): Recipient | undefined {
  return "to" in step && step.name !== "show-typing" ? step.to : undefined;
}

const retriedFailures = 2;
const retriedRefusals = 3;
/**
 * An error that is not the vendor's, such as a refusal by our own table. The vendor may have carried out the
 * step, and an echo of it would be taken for an operator's message. So the bridge tries for longer to know it.
 */
const retriedOwnErrors = 10;

/** Whether the event goes on without a step that failed in this way. */
export function isSkipped(
  rule: SkipRule | undefined,
  error: unknown,
  { attempts }: LedgerEntry,
): boolean {
  const isRefusal = error instanceof PermanentFailure;
  switch (rule) {
    case undefined:
      return false;
    case "any-failure":
      return true;
    case "refusal":
      return isRefusal;
    case "refusal-after-three-failures":
      return isRefusal && attempts >= retriedRefusals;
    case "any-after-two-failures": {
      if (isRefusal) return true;
      if (!(error instanceof TransientFailure)) return attempts >= retriedOwnErrors;
      return error.needsPerson || attempts >= retriedFailures;
    }
  }
}

/** The failure as the event sees it. A refusal that may pass is transient: the event retries, then skips. */
export function failureOf(rule: SkipRule | undefined, error: unknown): unknown {
  if (rule !== "refusal-after-three-failures" || !(error instanceof PermanentFailure)) return error;
  return new TransientFailure(error.message, { cause: error });
}

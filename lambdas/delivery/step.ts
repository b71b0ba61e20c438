import type { Media } from "../model/content.ts";
import type { Conversation } from "../model/conversation.ts";
import type { DeliveryStatus } from "../model/envelope.ts";
import type { StepName, LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent, CustomerReaction, Where, Kept, Piece } from "../model/message.ts";
import type { SendOptions } from "../model/messenger.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";

/** Where a message to Telegram goes, and whose pauses bind it. */
export type Recipient = {
  readonly conversationId: string;
  readonly chatId: string;
  readonly where?: Where | undefined;
  /** It is another topic than that of the customer's last message, so that it has to be remembered. */
  readonly isOtherTopic?: true;
};

/** A message to Telegram: a text of ours, or a request that the team's bot makes. */
export type Outgoing =
  | { readonly text: string; readonly options?: Omit<SendOptions, keyof Where> }
  | { readonly method: string; readonly payload: Readonly<Record<string, unknown>> };

/** The chat in which a bot speaks, and the customer in it. */
export type Chat = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "sentAtSeconds" | "where" | "msgid" | "ownPhone"
>;

/** Ways to send an operator's file; the next one is tried when Telegram refuses one. */
export const fileWays = ["as-itself", "as-document", "as-link"] as const;

export type ReactionChange = { readonly type: "react" | "unreact"; readonly emoji: string };

/** What a step does, as a value: one place carries it out over the ports. */
type StepCall =
  | { readonly name: "keep-file"; readonly media: Media }
  | {
      readonly name: "show-message";
      readonly event: CustomerEvent;
      readonly piece: Piece;
      /** The last piece of an edit empties what the message had more before. */
      readonly isLast: boolean;
      readonly sentAtMillis: number;
      readonly isSilent: boolean;
      readonly kept?: Kept | undefined;
    }
  | {
      readonly name: "show-reaction";
      readonly event: CustomerReaction;
      readonly change: ReactionChange;
      /** Tells apart the changes of one event. */
      readonly index: number;
      readonly sentAtMillis: number;
    }
  | {
      readonly name: "show-bot-message";
      readonly chat: Chat;
      readonly text: string;
      readonly atMillis: number;
      /** Left out for the message that the step before has sent. */
      readonly telegramMessageId?: string;
    }
  | {
      readonly name: "open-talk" | "close-talk";
      readonly conversationId: string;
      readonly eventId: string;
    }
  | { readonly name: "catch-up" | "find-no-talk" }
  | { readonly name: "link-phone"; readonly event: CustomerEvent }
  | {
      readonly name: "remember-exchange";
      readonly event: CustomerEvent;
      readonly acceptedAtMillis: number;
      /** What the bot said, in the order of its steps before this one. */
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
      /** Written before it is sent: it must not be forgotten by an attempt that dies. */
      readonly remember?: ConversationChanges;
    }
  | {
      readonly name: "send-file";
      readonly to: Recipient;
      readonly media: Media;
      readonly way: (typeof fileWays)[number];
      readonly caption: string;
      /** What goes in place of the file where its address is all that Telegram takes. */
      readonly linkText: string;
      readonly options: Omit<SendOptions, keyof Where>;
    }
  | {
      readonly name: "react";
      readonly to: Recipient;
      readonly telegramMessageId: string | undefined;
      /** Absent: the reaction is taken back. */
      readonly emoji: string | undefined;
      /** Sent as a message where Telegram does not take the reaction. */
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
 * Failures in spite of which the event goes on without the step: all; a refusal; a refusal that was met
 * three times; a refusal, what needs a person, and whatever has failed twice.
 */
export type SkipRule = "any-failure" | "refusal" | "third-refusal" | "second-failure";

/**
 * One thing to do for an event. Each is recorded when it is done, so that the next attempt goes on where
 * one that died has stopped.
 */
export type Step = StepCall & { readonly skip?: SkipRule };

/** The step of that name. */
export type StepOf<Name extends StepName> = Step & { readonly name: Name };

/** What is longer than one call: fetching and uploading the largest file, fetching and keeping one. */
const timeLimitMillis: Partial<Record<StepName, number>> = {
  "send-file": 62_000,
  "keep-file": 40_000,
};
/** The time limit of a vendor call, with a margin. */
const callMillis = 12_000;

/** How long the step may take: it is not begun when less is left of the attempt. */
export function timeLimitOf(step: Step | undefined): number {
  return (step && timeLimitMillis[step.name]) ?? callMillis;
}

/** The chat into which the step sends a message; undefined where a repeat does no harm. */
export function recipientOf(step: Step): Recipient | undefined {
  return "to" in step && step.name !== "show-typing" ? step.to : undefined;
}

const retriedFailures = 2;
const retriedRefusals = 3;

/** Whether the event goes on without a step that failed so. */
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
    case "third-refusal":
      return isRefusal && attempts >= retriedRefusals;
    case "second-failure": {
      const needsPerson = error instanceof TransientFailure && error.needsPerson;
      return isRefusal || needsPerson || attempts >= retriedFailures;
    }
  }
}

/** The failure as the event has it: a refusal that may pass is tried again before the step is skipped. */
export function failureOf(rule: SkipRule | undefined, error: unknown): unknown {
  if (rule !== "third-refusal" || !(error instanceof PermanentFailure)) return error;
  return new TransientFailure(error.message, { cause: error });
}

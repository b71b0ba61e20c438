import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { BotAnswer } from "../model/messenger.ts";
import type { Said, Transcript } from "../model/stores.ts";
import { sentAtMillisOf, stepsShowing } from "../customer-to-operator/message.ts";
import type { LaterStep } from "../customer-to-operator/message.ts";
import type { Accepted, Work, StepContext, StepResult } from "../delivery/attempt.ts";
import {
  answerToPhone,
  askForPhone,
  plainWords,
  requested,
  sayAndShow,
  showAsBot,
} from "../conversation/say.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { Step, StepOf } from "../delivery/step.ts";
import type { Now } from "../model/runtime.ts";

/** What a talk is handed over with: how it stands, and what operators have not seen of it. */
export type TalkSoFar = {
  readonly conversation: Conversation | undefined;
  readonly transcript: readonly Said[];
};

/**
 * Opens a conversation for the operators: what was said so far, silently and in order, then the
 * request itself, then a word to the customer.
 */
export function openForOperators(
  event: CustomerEvent,
  { conversation, transcript }: TalkSoFar,
  { eventId, acceptedAtMillis }: Accepted,
  /** What the bot still has to say about it. */
  { requests }: BotAnswer,
  settings: BridgeSettings,
): Work {
  const { conversationId, customer } = event;
  const atMillis = sentAtMillisOf(event, acceptedAtMillis);
  const told = [
    ...requests.map(requested),
    plainWords(settings.texts[customer.language].operatorCalled),
    ...askForPhone("when-called", event, conversation, settings),
  ].flatMap((words) => sayAndShow(event, words, atMillis, settings));
  return inSteps({
    // Before anything is shown: an operator's answer may be faster than the rest of this.
    first: { name: "open-talk", conversationId, eventId },
    past: transcriptSteps(transcript, settings),
    forgetPast: forgetTranscript(conversationId),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: false }, settings),
      ...told.map((step) => () => step),
    ],
  });
}

/** Where operators took the talk over by themselves: what was said before, then the message. */
export function catchUp(
  event: CustomerEvent,
  { conversation, transcript }: TalkSoFar,
  { acceptedAtMillis }: Accepted,
  settings: BridgeSettings,
): Work {
  const { ownPhone: _, ...chat } = event;
  const told = answerToPhone(event, conversation, settings).flatMap((words) =>
    sayAndShow(chat, words, sentAtMillisOf(event, acceptedAtMillis), settings),
  );
  return inSteps({
    first: { name: "catch-up" },
    past: transcriptSteps(transcript, settings),
    forgetPast: forgetTranscript(event.conversationId),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: false }, settings),
      ...told.map((step) => () => step),
    ],
  });
}

/** The customer ended the talk: operators see it, the customer gets a word of it, the bot is back. */
export function closeByCustomer(
  event: CustomerEvent,
  transcript: readonly Said[],
  { eventId, acceptedAtMillis }: Accepted,
  settings: BridgeSettings,
): Work {
  const { conversationId, customer } = event;
  const words = plainWords(settings.texts[customer.language].talkClosed);
  const atMillis = sentAtMillisOf(event, acceptedAtMillis);
  return inSteps({
    first: { name: "close-talk", conversationId, eventId },
    past: transcriptSteps(transcript, settings),
    forgetPast: forgetTranscript(conversationId),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings).map(orLeftOut),
      ...sayAndShow(event, words, atMillis, settings).map((step) => () => step),
    ],
  });
}

/** Older words of a long talk with the bot are left to Telegram. */
const mostSaid = 200;

/**
 * One step after the other: the first, what was said before, that it is shown now, and the rest. Where less
 * of what was said is left at a later attempt, because it has expired, the rest is done all the same.
 */
export function inSteps({
  first,
  past,
  forgetPast,
  rest,
}: {
  readonly first: Step;
  readonly past: readonly LaterStep[];
  readonly forgetPast: Step;
  readonly rest: readonly LaterStep[];
}): Work {
  const steps = ([begun, ...done]: readonly StepRecord[]): Step | undefined => {
    if (begun === undefined) return first;
    const forgotten = done.findIndex(({ step }) => step === forgetPast.name);
    if (forgotten < 0) return past[done.length]?.(done) ?? forgetPast;
    const later = done.slice(forgotten + 1);
    return rest[later.length]?.(later);
  };
  return { kind: "steps", steps };
}

/** The numbers of what operators have not seen yet of a talk with the bot. */
export function unseenNumbers(unseenCount: number): number[] {
  const first = Math.max(1, unseenCount - mostSaid + 1);
  return Array.from({ length: unseenCount - first + 1 }, (_, index) => first + index);
}

/** What has been shown is past: the next call of an operator begins anew. */
export function forgetTranscript(conversationId: string): Step {
  return { name: "forget-transcript", conversationId, changes: { unseenCount: 0 } };
}

/** What operators have not seen yet of a talk with the bot, shown silently and in order. */
export function transcriptSteps(
  transcript: readonly Said[],
  settings: BridgeSettings,
): readonly LaterStep[] {
  return transcript.flatMap(({ event, acceptedAtMillis, replies }) => {
    const shown = stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings);
    const answers = replies.map(({ text, telegramMessageId }): LaterStep => {
      const atMillis = sentAtMillisOf(event, acceptedAtMillis);
      const step = showAsBot(event, { text, atMillis, telegramMessageId });
      return () => step;
    });
    return [...shown.map(orLeftOut), ...(settings.canSpeakAsBot ? answers : [])];
  });
}

/**
 * What amoCRM refuses of the past must not keep the customer from an operator; but a refusal may pass, so
 * it is tried three times before the line is left out.
 */
function orLeftOut(step: LaterStep): LaterStep {
  return (done) => ({ ...step(done), skip: "third-refusal" });
}

/** Keeps what the customer wrote and the bot said, for the operator who takes the talk over. */
export async function rememberExchange(
  { event, acceptedAtMillis, texts }: StepOf<"remember-exchange">,
  { entry, conversations }: StepContext,
  { transcript, now }: { readonly transcript: Transcript; readonly now: Now },
): Promise<StepResult> {
  const { conversationId } = event;
  // Read again: an operator may have taken the talk over meanwhile, which stands.
  const { unseenCount = 0, handOff } = (await conversations.findAgain(conversationId)) ?? {};
  const replies = texts.map((text, index) => ({
    text,
    telegramMessageId: entry.steps[index]?.id ?? "",
  }));
  const number = unseenCount + 1;
  await transcript.put(conversationId, number, { event, acceptedAtMillis, replies }, now());
  const isBack = handOff === undefined || (handOff === "closed" && event.command !== "end");
  const news = { unseenCount: number, ...(isBack ? { handOff: "bot" as const } : {}) };
  await conversations.update(conversationId, news);
  return {};
}

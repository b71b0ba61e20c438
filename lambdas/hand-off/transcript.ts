import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { BotAnswer } from "../model/messenger.ts";
import type { Exchange, Transcript } from "../model/stores.ts";
import { sentAtMillisOf, stepsShowing } from "../customer-to-operator/message.ts";
import type { LaterStep } from "../customer-to-operator/message.ts";
import type { AcceptedEvent, Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import {
  answerToPhone,
  askForPhone,
  plainWords,
  requested,
  sayAndShow,
  showAsBot,
} from "../conversation/say.ts";
import type { Words } from "../conversation/say.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { closeCrmTalkStep } from "./close-crm-talk.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { Step, StepOf } from "../delivery/step.ts";
import type { Now } from "../model/runtime.ts";

/** A talk at its hand-off: its conversation, and the part that operators have not seen. */
export type TalkSoFar = {
  readonly conversation: Conversation | undefined;
  readonly transcript: readonly Exchange[];
};

/** Opens a talk: the transcript, silently and in order, then the request, then a message to the customer. */
export function openForOperators(
  event: CustomerEvent,
  { conversation, transcript }: TalkSoFar,
  accepted: AcceptedEvent,
  /** The bot's answer to the event. The customer does not have it yet. */
  { requests }: BotAnswer,
  settings: BridgeSettings,
): Decision {
  const { conversationId, customer } = event;
  const words = [
    ...requests.map(requested),
    plainWords(settings.texts[customer.language].operatorCalled),
    ...askForPhone("when-called", event, conversation, settings),
  ];
  // This step comes first: an operator may answer before the other steps are done.
  const first = { name: "open-talk", conversationId, eventId: accepted.eventId } as const;
  return afterTranscript(transcript, { first, event, words }, accepted, settings);
}

/** For a talk that operators took over by themselves: shows the transcript, then the message. */
export function catchUp(
  event: CustomerEvent,
  { conversation, transcript }: TalkSoFar,
  accepted: AcceptedEvent,
  settings: BridgeSettings,
): Decision {
  const words = answerToPhone(event, conversation, settings);
  return afterTranscript(
    transcript,
    { first: { name: "catch-up" }, event, words },
    accepted,
    settings,
  );
}

/** The customer ended the talk. Operators see that, the customer gets a message, and the bot takes over. */
export function closeByCustomer(
  event: CustomerEvent,
  transcript: readonly Exchange[],
  accepted: AcceptedEvent,
  settings: BridgeSettings,
): Decision {
  const { conversationId, customer } = event;
  const words = [plainWords(settings.texts[customer.language].talkClosed)];
  const first = { name: "close-talk", conversationId, eventId: accepted.eventId } as const;
  const last = closeCrmTalkStep(conversationId, settings);
  const talk = { first, event, words, isSilent: true, last };
  return afterTranscript(transcript, talk, accepted, settings);
}

/** The first step, the transcript, the message itself, what the bot says to the customer, the last steps. */
function afterTranscript(
  transcript: readonly Exchange[],
  talk: {
    first: Step;
    event: CustomerEvent;
    words: readonly Words[];
    isSilent?: boolean;
    last?: readonly Step[];
  },
  { acceptedAtMillis }: AcceptedEvent,
  settings: BridgeSettings,
): Decision {
  const { first, event, words, isSilent = false, last = [] } = talk;
  const { ownPhone: _, ...chat } = event;
  const atMillis = sentAtMillisOf(event, acceptedAtMillis);
  const shown = stepsShowing(event, acceptedAtMillis, { isSilent }, settings);
  const said = words.flatMap((each) => sayAndShow(chat, each, atMillis, settings));
  return inSteps({
    first,
    past: transcriptSteps(transcript, settings),
    forgetPast: forgetTranscript(event.conversationId),
    rest: [
      ...(isSilent ? shown.map(orLeftOut) : shown),
      ...[...said, ...last].map((step) => () => step),
    ],
  });
}

/** The most exchanges that operators see. Older words of a long talk with the bot stay in Telegram. */
const mostShown = 200;

/**
 * The steps in order: the first, the transcript, the mark that operators have it, and the rest. At a later
 * attempt a part of the transcript may have expired. The rest of the steps follow all the same.
 */
export function inSteps(
  of: Record<"first" | "forgetPast", Step> & Record<"past" | "rest", readonly LaterStep[]>,
): Decision {
  const { first, past, forgetPast, rest } = of;
  const steps = ([begun, ...done]: readonly StepRecord[]): Step | undefined => {
    if (begun === undefined) return first;
    const forgotten = done.findIndex(({ step }) => step === forgetPast.name);
    if (forgotten < 0) return past[done.length]?.(done) ?? forgetPast;
    const later = done.slice(forgotten + 1);
    return rest[later.length]?.(later);
  };
  return { kind: "steps", steps };
}

/** The numbers of the exchanges with the bot that operators have not seen yet. */
export function unseenNumbers(unseenCount: number): number[] {
  const first = Math.max(1, unseenCount - mostShown + 1);
  return Array.from({ length: unseenCount - first + 1 }, (_, index) => first + index);
}

/** The transcript that operators have seen is past. The next call of an operator begins with an empty one. */
export function forgetTranscript(conversationId: string): Step {
  return { name: "forget-transcript", conversationId, changes: { unseenCount: 0 } };
}

/** The steps that show operators, silently and in order, what they have not seen of a talk with the bot. */
export function transcriptSteps(
  transcript: readonly Exchange[],
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

/** A line that amoCRM refuses three times is skipped: the customer must still get an operator. */
function orLeftOut(step: LaterStep): LaterStep {
  return (done) => ({ ...step(done), skip: "refusal-after-three-failures" });
}

/** Keeps the customer's message and the bot's words for the operator who takes the talk over. */
export async function rememberExchange(
  { event, acceptedAtMillis, texts }: StepOf<"remember-exchange">,
  { entry, conversations }: StepContext,
  { transcript, now }: { readonly transcript: Transcript; readonly now: Now },
): Promise<StepResult> {
  const { conversationId } = event;
  // Read again: an operator may have taken the talk over meanwhile. That state must stay.
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

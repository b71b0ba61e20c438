import type { Conversation } from "../../model/conversation.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer } from "../../ports/bot-answers.ts";
import type { Said } from "../../ports/transcript.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { Accepted, Work } from "../delivery.ts";
import { answerToPhone, askForPhone } from "../phone-talk.ts";
import { plainWords, requested, sayAndShow } from "../say-as-bot.ts";
import type { BridgeSettings } from "../settings.ts";

import { forgetTranscript, inSteps, transcriptSteps } from "./past.ts";

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
  const atMillis = momentOf(event, acceptedAtMillis);
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
    sayAndShow(chat, words, momentOf(event, acceptedAtMillis), settings),
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

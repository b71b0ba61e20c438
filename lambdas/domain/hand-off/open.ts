import type { Conversation } from "../../model/conversation.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer } from "../../ports/bot-answers.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { answerToPhone, askForPhone } from "../phone-talk.ts";
import { plainWords, requested, sayAndShow } from "../say-as-bot.ts";
import { operatorCalled } from "../texts.ts";
import type { Accepted, HandOffDependencies } from "./hand-off.ts";
import { moveTo } from "./move.ts";
import { forget, inSteps, pastSteps } from "./past.ts";

/**
 * Opens a conversation for the operators: what was said so far, silently and in order, then the
 * request itself, then a word to the customer.
 */
export async function openForOperators(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { eventId, acceptedAtMillis }: Accepted,
  /** What the bot still has to say about it. */
  { requests }: BotAnswer,
  deps: HandOffDependencies,
): Promise<Work> {
  const { conversationId, customer } = event;
  const atMillis = momentOf(event, acceptedAtMillis);
  const told = [
    ...requests.map((request) => requested(event, request, deps)),
    plainWords(operatorCalled(customer.language), event, deps),
    ...askForPhone("when-called", event, conversation, deps),
  ].flatMap((words) => sayAndShow(event, words, atMillis, deps));
  return inSteps({
    // Before anything is shown: an operator's answer may be faster than the rest of this.
    first: moveTo("waiting", conversationId, eventId, deps.conversations),
    past: await pastSteps(conversation, deps),
    forgetPast: forget(event.conversationId, deps),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: false }, deps),
      ...told.map((step) => () => step),
    ],
  });
}

/** Where operators took the talk over by themselves: what was said before, then the message. */
export async function catchUp(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { acceptedAtMillis }: Accepted,
  deps: HandOffDependencies,
): Promise<Work> {
  const { ownPhone: _, ...chat } = event;
  const told = answerToPhone(event, conversation, deps).flatMap((words) =>
    sayAndShow(chat, words, momentOf(event, acceptedAtMillis), deps),
  );
  return inSteps({
    first: { name: "catch-up", run: async () => ({}) },
    past: await pastSteps(conversation, deps),
    forgetPast: forget(event.conversationId, deps),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: false }, deps),
      ...told.map((step) => () => step),
    ],
  });
}

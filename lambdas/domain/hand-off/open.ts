import type { Conversation } from "../../model/conversation.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer } from "../../ports/bot-answers.ts";
import { momentOf } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { requestAsBot, sayAndShow, showAsBot } from "../say-as-bot.ts";
import { operatorCalled } from "../texts.ts";
import type { Accepted, HandOffDependencies } from "./hand-off.ts";
import { catchingUp, moveTo } from "./move.ts";
import { forget, inSteps, pastSteps, stepsShowing } from "./past.ts";

/**
 * Opens a conversation for the operators: what was said so far, silently and in order, then the
 * request itself, then a word to the customer. Every step is a part, so that none is done twice.
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
  const text = operatorCalled(customer.language);
  const atMillis = momentOf(event, acceptedAtMillis);
  const replies = requests.flatMap((request) => [
    requestAsBot(event, request, deps),
    ...(deps.crm.canSpeakAsBot() ? [showAsBot(event, { text: request.text, atMillis }, deps)] : []),
  ]);
  const told = [...replies, ...sayAndShow(event, { text, atMillis }, deps)];
  return inSteps(
    {
      // Before anything is shown: an operator's answer may be faster than the rest of this.
      first: moveTo("waiting", conversationId, eventId, deps.conversations),
      past: await pastSteps(conversation, deps),
      last: [
        () => forget(event.conversationId, deps),
        ...stepsShowing(event, acceptedAtMillis, false, deps),
        ...told.map((part) => () => part),
      ],
    },
    deps,
  );
}

/** Where operators took the talk over by themselves: what was said before, then the message. */
export async function catchUp(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { acceptedAtMillis }: Accepted,
  deps: HandOffDependencies,
): Promise<Work> {
  return inSteps(
    {
      first: { send: async () => catchingUp },
      past: await pastSteps(conversation, deps),
      last: [
        () => forget(event.conversationId, deps),
        ...stepsShowing(event, acceptedAtMillis, false, deps),
      ],
    },
    deps,
  );
}

import type { Conversation } from "../../model/conversation.ts";
import type { CustomerEvent } from "../../model/message.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { plainWords, sayAndShow } from "../say-as-bot.ts";
import { talkClosed } from "../texts.ts";
import type { Accepted, HandOffDependencies } from "./hand-off.ts";
import { moveTo } from "./move.ts";
import { forget, inSteps, orLeftOut, pastSteps } from "./past.ts";

/** The customer ended the talk: operators see it, the customer is told, the bot is back. */
export async function closeByCustomer(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { eventId, acceptedAtMillis }: Accepted,
  deps: HandOffDependencies,
): Promise<Work> {
  const { conversationId, customer } = event;
  const words = plainWords(talkClosed(customer.language), event, deps);
  const atMillis = momentOf(event, acceptedAtMillis);
  const steps = {
    first: moveTo("closed", conversationId, eventId, deps.conversations),
    past: await pastSteps(conversation, deps),
    forgetPast: forget(event.conversationId, deps),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: true }, deps).map(orLeftOut),
      ...sayAndShow(event, words, atMillis, deps).map((step) => () => step),
    ],
  };
  return inSteps(steps);
}

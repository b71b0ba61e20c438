import type { Conversation } from "../../model/conversation.ts";
import { PermanentFailure } from "../../model/failure.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { Said } from "../../ports/transcript.ts";
import { partsShowing } from "../customer-to-operator.ts";
import type { Part, Work } from "../delivery.ts";
import { sayAndShow, showAsBot } from "../say-as-bot.ts";
import { operatorCalled } from "../texts.ts";
import type { HandOffDependencies } from "./hand-off.ts";

/** Older words of a long talk with the bot are left to Telegram. */
const mostSaid = 200;

/**
 * Opens a conversation for the operators: what was said so far, silently and in order, then the
 * request itself, then a word to the customer. Every step is a part, so that none is done twice.
 */
export async function openForOperators(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  acceptedAtMillis: number,
  deps: HandOffDependencies,
): Promise<Work> {
  const { conversationId, customer } = event;
  const count = conversation?.saidCount ?? 0;
  const first = Math.max(1, count - mostSaid + 1);
  const numbers = Array.from({ length: count - first + 1 }, (_, index) => first + index);
  const transcript = await deps.transcript.get(conversationId, numbers);

  const open: Part = {
    // Before anything is shown: an operator's answer may be faster than the rest of this.
    async send() {
      await deps.conversations.update(conversationId, { handOff: "waiting" });
      return "waiting";
    },
  };
  const forget: Part = {
    async send() {
      await deps.conversations.update(conversationId, { saidCount: 0 });
      return "forgotten";
    },
  };
  const text = operatorCalled(customer.language);
  const steps: Step[] = [
    () => open,
    ...transcript.flatMap((said) => stepsOf(said, deps)),
    ...stepsShowing(event, acceptedAtMillis, false, deps),
    () => forget,
    ...sayAndShow(event, { text, atMillis: acceptedAtMillis }, deps).map((part) => () => part),
  ];
  return { kind: "parts", parts: (done) => steps[done.length]?.(done) };
}

/** A part, by the ids of those before it. */
type Step = (done: readonly string[]) => Part;

function stepsOf({ event, acceptedAtMillis, replies }: Said, deps: HandOffDependencies): Step[] {
  const shown = stepsShowing(event, acceptedAtMillis, true, deps);
  const answers = replies.map(({ text, telegramMessageId }): Step => {
    const said = { text, atMillis: acceptedAtMillis, telegramMessageId };
    return () => showAsBot(event, said, deps);
  });
  return [...shown, ...(deps.crm.canSpeakAsBot() ? answers : [])];
}

/** A customer's message, its file kept before. */
function stepsShowing(
  event: CustomerEvent,
  acceptedAtMillis: number,
  isSilent: boolean,
  deps: HandOffDependencies,
): Step[] {
  const { keep, show } = partsShowing(event, acceptedAtMillis, { isSilent }, deps);
  // What amoCRM refuses of the past must not keep the customer from an operator.
  const optional = (part: Part): Part =>
    isSilent ? { ...part, skipAfter: (error) => error instanceof PermanentFailure } : part;
  if (keep === undefined) return [() => optional(show())];
  return [() => keep, (done) => optional(show(done.at(-1)))];
}

import type { Conversation } from "../../model/conversation.ts";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { Said } from "../../ports/transcript.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { Step } from "../customer-to-operator.ts";
import type { Part, Work } from "../delivery.ts";
import { showAsBot } from "../say-as-bot.ts";
import type { HandOffDependencies } from "./hand-off.ts";
import { prefixed } from "./prefixed.ts";

/** Older words of a long talk with the bot are left to Telegram. */
const mostSaid = 200;
const refusalsOfPast = 3;

/** Begins the ids of what is shown of the past. */
const pastPrefix = "past:";

/**
 * One part after the other. Where the past is shorter at a later attempt, because its items have
 * come to their end, what follows it is done all the same.
 */
export function inSteps(
  steps: { first: Part; past: readonly Step[]; last: readonly Step[] },
  { logger }: HandOffDependencies,
): Work {
  const parts = ([first, ...rest]: readonly string[]): Part | undefined => {
    if (first === undefined) return steps.first;
    const shown = rest.filter((id) => id.startsWith(pastPrefix));
    const later = rest.slice(shown.length);
    const next = later.length === 0 ? steps.past[shown.length] : undefined;
    if (next === undefined) return steps.last[later.length]?.(later);
    const part = next(shown.map((id) => id.slice(pastPrefix.length)));
    return prefixed(pastPrefix, part, logger);
  };
  return { kind: "parts", parts };
}

/** What operators have not seen yet of a talk with the bot. */
export async function pastSteps(
  conversation: Conversation | undefined,
  deps: HandOffDependencies,
): Promise<Step[]> {
  const { conversationId = "", saidCount = 0 } = conversation ?? {};
  const first = Math.max(1, saidCount - mostSaid + 1);
  const numbers = Array.from({ length: saidCount - first + 1 }, (_, index) => first + index);
  const transcript = await deps.transcript.get(conversationId, numbers);
  return transcript.flatMap((said) => stepsOf(said, deps));
}

/** What has been shown is past: the next call of an operator begins anew. */
export function forget(conversationId: string, { conversations }: HandOffDependencies): Part {
  return {
    async send() {
      await conversations.update(conversationId, { saidCount: 0 });
      return "forgotten";
    },
  };
}

function stepsOf({ event, acceptedAtMillis, replies }: Said, deps: HandOffDependencies): Step[] {
  const shown = stepsShowing(event, acceptedAtMillis, { isSilent: true }, deps).map(orLeftOut);
  const answers = replies.map(({ text, telegramMessageId }): Step => {
    const said = { text, atMillis: momentOf(event, acceptedAtMillis), telegramMessageId };
    return () => showAsBot(event, said, deps);
  });
  return [...shown, ...(deps.crm.canSpeakAsBot() ? answers : [])];
}

/**
 * What amoCRM refuses of the past must not keep the customer from an operator; but a refusal may be a
 * whim, so it is asked again before the line is left out.
 */
export function orLeftOut(step: Step): Step {
  return (done) => triedAgain(step(done));
}

function triedAgain(part: Part): Part {
  return {
    ...part,
    async send(entry, deadlineMillis) {
      try {
        return await part.send(entry, deadlineMillis);
      } catch (error) {
        const isWhim = error instanceof PermanentFailure && entry.attempts < refusalsOfPast;
        throw isWhim ? new TransientFailure(error.message, { cause: error }) : error;
      }
    },
    skipAfter: (error) => error instanceof PermanentFailure,
  };
}

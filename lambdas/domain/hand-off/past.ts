import type { Conversation } from "../../model/conversation.ts";
import type { StepRecord } from "../../model/ledger.ts";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { Said } from "../../ports/transcript.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { LaterStep } from "../customer-to-operator.ts";
import type { Step, Work } from "../delivery.ts";
import { showAsBot } from "../say-as-bot.ts";
import type { HandOffDependencies } from "./hand-off.ts";

/** Older words of a long talk with the bot are left to Telegram. */
const mostSaid = 200;
const refusalsOfPast = 3;

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

/** What operators have not seen yet of a talk with the bot. */
export async function pastSteps(
  conversation: Conversation | undefined,
  deps: HandOffDependencies,
): Promise<LaterStep[]> {
  const { conversationId = "", saidCount = 0 } = conversation ?? {};
  const first = Math.max(1, saidCount - mostSaid + 1);
  const numbers = Array.from({ length: saidCount - first + 1 }, (_, index) => first + index);
  const transcript = await deps.transcript.get(conversationId, numbers);
  return transcript.flatMap((said) => stepsOf(said, deps));
}

/** What has been shown is past: the next call of an operator begins anew. */
export function forget(conversationId: string, { conversations }: HandOffDependencies): Step {
  return {
    name: "forget-transcript",
    async run() {
      await conversations.update(conversationId, { saidCount: 0 });
      return {};
    },
  };
}

function stepsOf(
  { event, acceptedAtMillis, replies }: Said,
  deps: HandOffDependencies,
): LaterStep[] {
  const shown = stepsShowing(event, acceptedAtMillis, { isSilent: true }, deps).map(orLeftOut);
  const answers = replies.map(({ text, telegramMessageId }): LaterStep => {
    const said = { text, atMillis: momentOf(event, acceptedAtMillis), telegramMessageId };
    return () => showAsBot(event, said, deps);
  });
  return [...shown, ...(deps.crm.canSpeakAsBot() ? answers : [])];
}

/**
 * What amoCRM refuses of the past must not keep the customer from an operator; but a refusal may be a
 * whim, so it is asked again before the line is left out.
 */
export function orLeftOut(step: LaterStep): LaterStep {
  return (done) => triedAgain(step(done));
}

function triedAgain(step: Step): Step {
  return {
    ...step,
    async run(entry, deadlineMillis) {
      try {
        return await step.run(entry, deadlineMillis);
      } catch (error) {
        const isWhim = error instanceof PermanentFailure && entry.attempts < refusalsOfPast;
        throw isWhim ? new TransientFailure(error.message, { cause: error }) : error;
      }
    },
    skipAfter: (error) => error instanceof PermanentFailure,
  };
}

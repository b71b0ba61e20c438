import type { StepRecord } from "../../model/ledger.ts";
import type { Said } from "../../ports/transcript.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { LaterStep } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { showAsBot } from "../say-as-bot.ts";
import type { BridgeSettings } from "../settings.ts";
import type { Step } from "../step.ts";

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
export function unseenNumbers(saidCount: number): number[] {
  const first = Math.max(1, saidCount - mostSaid + 1);
  return Array.from({ length: saidCount - first + 1 }, (_, index) => first + index);
}

/** What has been shown is past: the next call of an operator begins anew. */
export function forgetTranscript(conversationId: string): Step {
  return { name: "forget-transcript", conversationId, changes: { saidCount: 0 } };
}

/** What operators have not seen yet of a talk with the bot, shown silently and in order. */
export function transcriptSteps(
  transcript: readonly Said[],
  settings: BridgeSettings,
): readonly LaterStep[] {
  return transcript.flatMap(({ event, acceptedAtMillis, replies }) => {
    const shown = stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings);
    const answers = replies.map(({ text, telegramMessageId }): LaterStep => {
      const atMillis = momentOf(event, acceptedAtMillis);
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
export function orLeftOut(step: LaterStep): LaterStep {
  return (done) => ({ ...step(done), skip: "third-refusal" });
}

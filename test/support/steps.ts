import { stepAfter } from "../../lambdas/delivery/attempt.ts";
import type { Work } from "../../lambdas/delivery/attempt.ts";
import type { ConversationChanges, Step } from "../../lambdas/delivery/step.ts";
import type { StepRecord } from "../../lambdas/model/ledger.ts";

/** All steps of an event that goes out well. */
export function stepsOf(work: Work): Step[] {
  const steps: Step[] = [];
  if (work.kind !== "steps") return steps;
  for (;;) {
    const done = steps.map(({ name }, index): StepRecord => ({ step: name, id: String(index) }));
    const step = stepAfter(work, done);
    if (step === undefined) return steps;
    steps.push(step);
  }
}

/** What the steps of an event that goes out well write of its conversation by what they say. */
export function changesIn(work: Work): ConversationChanges {
  const changes = stepsOf(work).map((step) => {
    if ("changes" in step) return step.changes;
    return ("remember" in step ? step.remember : undefined) ?? {};
  });
  return Object.assign({}, ...changes) as ConversationChanges;
}

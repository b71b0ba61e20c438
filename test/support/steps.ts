import { stepAfter } from "../../lambdas/delivery/attempt.ts";
import type { Decision } from "../../lambdas/delivery/attempt.ts";
import type { ConversationChanges, Step } from "../../lambdas/delivery/step.ts";
import type { StepRecord } from "../../lambdas/model/ledger.ts";

/** All steps of an event when all of them succeed. */
export function stepsOf(decision: Decision): Step[] {
  const steps: Step[] = [];
  if (decision.kind !== "steps") return steps;
  for (;;) {
    const done = steps.map(({ name }, index): StepRecord => ({ step: name, id: String(index) }));
    const step = stepAfter(decision, done);
    if (step === undefined) return steps;
    steps.push(step);
  }
}

/** The changes to the conversation that the `say` steps of a successful event make. */
export function changesIn(decision: Decision): ConversationChanges {
  const changes = stepsOf(decision).map((step) => {
    if ("changes" in step) return step.changes;
    return ("remember" in step ? step.remember : undefined) ?? {};
  });
  return Object.assign({}, ...changes) as ConversationChanges;
}

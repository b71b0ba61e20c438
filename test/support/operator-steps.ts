import { operatorToCustomer } from "../../lambdas/operator-to-customer/message.ts";
import type { OperatorMessageFacts } from "../../lambdas/operator-to-customer/message.ts";
import type { Step } from "../../lambdas/delivery/step.ts";
import type { OperatorEvent } from "../../lambdas/model/message.ts";
import { anOperatorEvent, someSettings } from "./events.ts";
import { stepsOf } from "./steps.ts";

/** The decision on an operator's message to an unknown customer. */
export function operatorWork(
  event: Partial<OperatorEvent> = {},
  facts: Partial<OperatorMessageFacts> = {},
) {
  const known = { conversation: undefined, nowMillis: 1_700_000_000_000, ...facts };
  return operatorToCustomer(anOperatorEvent(event), known, someSettings());
}

/** The steps of such a message when all of them succeed. */
export function operatorSteps(...asked: Parameters<typeof operatorWork>): Step[] {
  return stepsOf(operatorWork(...asked));
}

/** The texts of such steps, including the caption of a file. */
export function textsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.name === "send-file") return [step.caption];
    return "message" in step && "text" in step.message ? [step.message.text] : [];
  });
}

import { operatorToCustomer } from "../../lambdas/operator-to-customer/message.ts";
import type { OperatorMessageFacts } from "../../lambdas/operator-to-customer/message.ts";
import type { Step } from "../../lambdas/delivery/step.ts";
import type { OperatorEvent } from "../../lambdas/model/message.ts";
import { anOperatorEvent, someSettings } from "./events.ts";
import { stepsOf } from "./steps.ts";

/** What is done about an operator's message to a customer of whom nothing is known. */
export function operatorWork(
  event: Partial<OperatorEvent> = {},
  facts: Partial<OperatorMessageFacts> = {},
) {
  const known = { conversation: undefined, nowMillis: 1_700_000_000_000, ...facts };
  return operatorToCustomer(anOperatorEvent(event), known, someSettings());
}

/** The steps of such a message that goes out well. */
export function operatorSteps(...asked: Parameters<typeof operatorWork>): Step[] {
  return stepsOf(operatorWork(...asked));
}

/** The texts that such steps send, the caption of a file among them. */
export function textsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.name === "send-file") return [step.caption];
    return "message" in step && "text" in step.message ? [step.message.text] : [];
  });
}

import type { CustomerEvent } from "../model/message.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Step } from "./delivery.ts";
import { plainWords, sayAndShow } from "./say-as-bot.ts";
import { greeting } from "./texts.ts";

/** The bot's answer to a command, and the same shown to operators as the channel's bot. */
export function greet(
  event: CustomerEvent,
  sentAtMillis: number,
  deps: CustomerToOperatorDependencies,
): Step[] {
  const words = plainWords(greeting(event.customer.language), event, deps);
  return sayAndShow(event, words, sentAtMillis, deps);
}

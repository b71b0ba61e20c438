import type { Conversation } from "../model/conversation.ts";

/** Is what is known of the customer's reach newer than an event of that second? */
export function knowsBetter(known: Conversation | undefined, atSeconds: number): boolean {
  return (known?.reachAtMillis ?? 0) >= (atSeconds + 1) * 1000;
}

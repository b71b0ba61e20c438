import type { Conversation } from "../model/conversation.ts";
import type { Envelope } from "../model/envelope.ts";
import type { MembershipEvent } from "../model/message.ts";
import type { Work } from "./delivery.ts";

/** Is what is known of the customer's reach newer than an event of that second? */
export function knowsBetter(known: Conversation | undefined, atSeconds: number): boolean {
  return (known?.reachAtMillis ?? 0) >= (atSeconds + 1) * 1000;
}

/** A redriven one is of the past: it says nothing where something newer is known. */
export function rememberReach(
  { conversationId, reach, changedAtSeconds }: MembershipEvent,
  { redrive }: Pick<Envelope, "redrive">,
  conversation: Conversation | undefined,
): Work {
  if (redrive !== undefined && knowsBetter(conversation, changedAtSeconds)) {
    return { kind: "ignore", reason: "something newer is known of the customer's reachability" };
  }
  const changes = { reach, reachAtMillis: changedAtSeconds * 1000 };
  return { kind: "steps", steps: [{ name: "remember-reachability", conversationId, changes }] };
}

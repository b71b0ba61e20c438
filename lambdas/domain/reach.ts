import type { Conversation } from "../model/conversation.ts";
import type { Envelope } from "../model/envelope.ts";
import type { MembershipEvent } from "../model/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { Job, StepResult } from "./delivery.ts";

/** Is what is known of the customer's reach newer than an event of that second? */
export function knowsBetter(known: Conversation | undefined, atSeconds: number): boolean {
  return (known?.reachAtMillis ?? 0) >= (atSeconds + 1) * 1000;
}

/** A redriven one is of the past: it says nothing where something newer is known. */
export function rememberReach(
  { conversationId, reach, changedAtSeconds }: MembershipEvent,
  { redrive }: Envelope,
  { conversations }: { readonly conversations: ConversationStore },
): Job {
  const run = async (): Promise<StepResult> => {
    const reachAtMillis = changedAtSeconds * 1000;
    const known = redrive === undefined ? undefined : await conversations.find(conversationId);
    if (knowsBetter(known, changedAtSeconds)) return { outcome: "outdated" };
    await conversations.update(conversationId, { reach, reachAtMillis });
    return {};
  };
  return { work: async () => ({ kind: "steps", steps: [{ name: "remember-reachability", run }] }) };
}

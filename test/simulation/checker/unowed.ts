import { chatOfConversation } from "../world/customers.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Customers get only operators' messages written since this channel was connected. */
export function unowed({ showings, world }: Evidence): Violation[] {
  const found: Violation[] = [];
  for (const { hook, call } of showings) {
    const about = call.attempt?.eventId ?? "";
    if (hook !== undefined && hook.kind !== "operator") {
      found.push({
        rule: "unowed",
        about,
        what: `the customer was sent a message of kind ${hook.kind}`,
      });
    }
    if (hook !== undefined && hook.chat !== chatOfConversation(call.landed?.conversationId)) {
      found.push({ rule: "unowed", about, what: "sent to another chat" });
    }
    const isEcho = world.amocrmSide.hooks.some(
      ({ kind, eventId }) => kind === "echo" && eventId === call.attempt?.eventId,
    );
    if (isEcho)
      found.push({ rule: "echo", about, what: "the bridge's own text came back to the customer" });
  }
  return found;
}

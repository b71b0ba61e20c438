import type { Conversation } from "../../model/conversation.ts";
import type { HandOff } from "../../model/hand-off.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { Part } from "../delivery.ts";
import type { HandOffStep } from "./transitions.ts";

/** The state in which an event finds a conversation, also when an attempt at it has moved it already. */
export function stateBefore(
  conversation: Conversation | undefined,
  eventId: string,
): HandOff | undefined {
  if (conversation === undefined) return undefined;
  const { handOff, handOffBy, handOffFrom } = conversation;
  return handOffBy === eventId ? handOffFrom : handOff;
}

/** Moves a conversation to another state, as the first part of what an event asks for. */
export function moveTo(
  state: HandOff,
  conversationId: string,
  eventId: string,
  conversations: ConversationStore,
): Part {
  return {
    async send() {
      const conversation = await conversations.find(conversationId);
      const handOffFrom = stateBefore(conversation, eventId) ?? "bot";
      const moved = { handOff: state, handOffBy: eventId, handOffFrom };
      await conversations.update(conversationId, moved);
      return state;
    },
  };
}

/** What an earlier attempt has begun, by the first part that is through; undefined for nothing. */
export function begun({ parts: [first] }: LedgerEntry): Begun | undefined {
  if (first === undefined) return undefined;
  if (first === catchingUp) return "catch up";
  if (first === "waiting") return "open";
  if (first === "closed") return "close";
  return first.startsWith(botPrefix) ? "ask the bot" : "pass on";
}

type Begun = HandOffStep["does"] | "catch up";

/** The first part where operators have a past to catch up with. */
export const catchingUp = "catching up";

/** Begins the ids of what the bot sent, so that they are known from those of amoCRM. */
export const botPrefix = "bot:";

import type { Conversation } from "../../model/conversation.ts";
import type { HandOff } from "../../model/hand-off.ts";
import type { LedgerEntry, StepName } from "../../model/ledger.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { Step } from "../delivery.ts";
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

/** Moves a conversation to another state, as the first step of what an event asks for. */
export function moveTo(
  state: "waiting" | "closed",
  conversationId: string,
  eventId: string,
  conversations: ConversationStore,
): Step {
  return {
    name: state === "waiting" ? "open-talk" : "close-talk",
    async run() {
      const conversation = await conversations.find(conversationId);
      const handOffFrom = stateBefore(conversation, eventId) ?? "bot";
      const moved = { handOff: state, handOffBy: eventId, handOffFrom };
      await conversations.update(conversationId, moved);
      return {};
    },
  };
}

/** What an earlier attempt has begun, by the first step that is done; undefined for nothing. */
export function begun({ steps: [first] }: LedgerEntry): Begun | undefined {
  return first === undefined ? undefined : (beginnings[first.step] ?? "pass on");
}

type Begun = HandOffStep["does"] | "catch up";

const beginnings: Partial<Record<StepName, Begun>> = {
  "catch-up": "catch up",
  "open-talk": "open",
  "close-talk": "close",
  "answer-as-bot": "ask the bot",
  "link-phone": "ask the bot",
  "remember-exchange": "ask the bot",
};

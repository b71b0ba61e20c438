import type { Conversation } from "../../model/conversation.ts";
import type { HandOff } from "../../model/hand-off.ts";
import type { LedgerEntry, StepName } from "../../model/ledger.ts";
import type { StepContext, StepResult } from "../delivery.ts";
import type { StepOf } from "../step.ts";
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
export async function moveTalk(
  { name, conversationId, eventId }: StepOf<"open-talk" | "close-talk">,
  { conversations }: StepContext,
): Promise<StepResult> {
  // Read again: an operator's answer may have moved it meanwhile.
  const conversation = await conversations.findAgain(conversationId);
  const handOff = name === "open-talk" ? "waiting" : "closed";
  const handOffFrom = stateBefore(conversation, eventId) ?? "bot";
  await conversations.update(conversationId, { handOff, handOffBy: eventId, handOffFrom });
  return {};
}

/** What an earlier attempt has begun, by the first step that is done; undefined for nothing. */
export function begun({ steps: [first] }: LedgerEntry): Begun | undefined {
  return first === undefined ? undefined : (beginnings[first.step] ?? "pass on");
}

export type Begun = HandOffStep["does"] | "catch up";

const beginnings: Partial<Record<StepName, Begun>> = {
  "catch-up": "catch up",
  "open-talk": "open",
  "close-talk": "close",
  "answer-as-bot": "ask the bot",
  "link-phone": "ask the bot",
  "remember-exchange": "ask the bot",
};

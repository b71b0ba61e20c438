import type { HandOff, HandOffEvent, Conversation } from "../model/conversation.ts";
import type { LedgerEntry, StepName } from "../model/ledger.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { StepOf } from "../delivery/step.ts";

/** The effect of an event on a conversation: the new state and the action. */
export type HandOffStep = {
  readonly state: HandOff;
  /** `open`: the transcript goes to amoCRM, then the request. `close`: the customer gets a message. */
  readonly does: "ask the bot" | "pass on" | "open" | "close" | "say that nothing is open";
};

const bot = { state: "bot", does: "ask the bot" } as const;
const closed = { state: "closed", does: "close" } as const;
const still = (state: HandOff) => ({ state, does: "pass on" }) as const;

type Row = Readonly<Record<HandOffEvent, HandOffStep>>;

/** No talk with operators is open. */
const withBot = (state: "bot" | "closed"): Row => {
  const nothingOpen = { state, does: "say that nothing is open" } as const;
  return {
    "customer writes": bot,
    "customer calls an operator": { state: "waiting", does: "open" },
    "customer ends": nothingOpen,
    "operator answers": still("operator"),
    "operator ends": nothingOpen,
    "a day of silence": nothingOpen,
  };
};

const withOperators = (state: "waiting" | "operator"): Row => ({
  "customer writes": still(state),
  "customer calls an operator": still(state),
  "customer ends": closed,
  "operator answers": still("operator"),
  "operator ends": closed,
  "a day of silence": closed,
});

/** Every state meets every event: a table without gaps. A test uses this table too. */
export const transitions: Readonly<Record<HandOff, Row>> = {
  bot: withBot("bot"),
  waiting: withOperators("waiting"),
  operator: withOperators("operator"),
  closed: withBot("closed"),
};

/** The effect of an event on a conversation. A conversation without a known state is the bot's. */
export function stepOf(state: HandOff | undefined, event: HandOffEvent): HandOffStep {
  return transitions[state ?? "bot"][event];
}

/** The state in which an event finds a conversation, even when an earlier attempt has moved it already. */
export function stateBefore(
  conversation: Conversation | undefined,
  eventId: string,
): HandOff | undefined {
  if (conversation === undefined) return undefined;
  const { handOff, handOffBy, handOffFrom } = conversation;
  return handOffBy === eventId ? handOffFrom : handOff;
}

/** Moves a conversation to another state, as the first step of an event. */
export async function moveTalk(
  { name, conversationId, eventId }: StepOf<"open-talk" | "close-talk">,
  { conversations }: StepContext,
): Promise<StepResult> {
  // Read again: an operator's answer may have changed the state meanwhile.
  const conversation = await conversations.findAgain(conversationId);
  const handOff = name === "open-talk" ? "waiting" : "closed";
  const handOffFrom = stateBefore(conversation, eventId) ?? "bot";
  await conversations.update(conversationId, { handOff, handOffBy: eventId, handOffFrom });
  return {};
}

/** The action that an earlier attempt has begun, by the first done step; undefined when no step is done. */
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

/**
 * Ids of updates grow by one. After a week of silence they begin again at a random number. Two ids that are
 * this close belong to one sequence.
 * @see https://core.telegram.org/bots/api#update
 */
const nearIds = 100_000;

/** True when the update of one event came after the update of another. For a press Telegram tells no time. */
export function isMadeAfter(eventId: string | undefined, other: string): boolean {
  const [later, earlier] = [eventId ?? "", other].map((id) => /^tg:\d+:(\d+)$/.exec(id)?.[1]);
  if (later === undefined || earlier === undefined) return false;
  const apart = Number(later) - Number(earlier);
  return apart > 0 && apart < nearIds;
}

/** True when a button press has overtaken an earlier request to end the talk: it goes on. */
export function isEndOutOfOrder(
  { handOffBy, pressedBy }: Pick<Conversation, "handOffBy" | "pressedBy">,
  eventId: string,
): boolean {
  return [handOffBy, pressedBy].some((id) => isMadeAfter(id, eventId));
}

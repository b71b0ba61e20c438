import type { Conversation } from "../../model/conversation.ts";

/**
 * Ids of updates grow by one, and begin anew at random after a week of silence: two that are so near are of
 * one row. @see https://core.telegram.org/bots/api#update
 */
const nearIds = 100_000;

/** Was the update of one event made after that of another? Of a press Telegram tells no time. */
export function isMadeAfter(eventId: string | undefined, other: string): boolean {
  const [later, earlier] = [eventId ?? "", other].map((id) => /^tg:\d+:(\d+)$/.exec(id)?.[1]);
  if (later === undefined || earlier === undefined) return false;
  const apart = Number(later) - Number(earlier);
  return apart > 0 && apart < nearIds;
}

/**
 * Has a press overtaken the end of a talk that was asked for before it? Then the talk is no longer to be
 * ended: the customer has gone on with it.
 */
export function isEndOvertaken(
  { handOffBy, pressedBy }: Pick<Conversation, "handOffBy" | "pressedBy">,
  eventId: string,
): boolean {
  return [handOffBy, pressedBy].some((id) => isMadeAfter(id, eventId));
}

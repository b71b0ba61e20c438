import type { Conversation } from "../../model/conversation.ts";

const touchEveryMillis = 10 * 60_000;

/**
 * What to write when somebody speaks where a bot takes over after a day of silence, at most every ten
 * minutes: how long the silence is.
 */
export function touch(
  known: Conversation | undefined,
  nowMillis: number,
): { touchedAtMillis?: number } {
  const { touchedAtMillis = Number.NEGATIVE_INFINITY } = known ?? {};
  return nowMillis - touchedAtMillis < touchEveryMillis ? {} : { touchedAtMillis: nowMillis };
}

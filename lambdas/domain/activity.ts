import type { Conversation } from "../model/conversation.ts";

/** How often a conversation is noted as active, at most. */
export const touchEveryMillis = 10 * 60_000;
const shards = 4;

/**
 * What to write when something goes through a conversation, at most every ten minutes: the key of
 * the index that the caretaker reads, spread so that no hour is one hot key.
 */
export function touch(
  conversationId: string,
  known: Conversation | undefined,
  nowMillis: number,
): { touchedAtMillis: number; activeHour: string } | undefined {
  const touchedAtMillis = known?.touchedAtMillis ?? Number.NEGATIVE_INFINITY;
  if (nowMillis - touchedAtMillis < touchEveryMillis) return undefined;
  return {
    touchedAtMillis: nowMillis,
    activeHour: `${hourOf(nowMillis)}/${shardOf(conversationId)}`,
  };
}

/** Every key of the index that can hold a conversation touched since then. */
export function activeHoursSince(sinceMillis: number, nowMillis: number): string[] {
  const keys: string[] = [];
  for (let hour = hourOf(sinceMillis); hour <= hourOf(nowMillis); hour += 1) {
    for (let shard = 0; shard < shards; shard += 1) keys.push(`${hour}/${shard}`);
  }
  return keys;
}

/** Hours since 1970: plain numbers, so that no time zone is in question. */
function hourOf(millis: number): number {
  return Math.floor(millis / 3_600_000);
}

function shardOf(conversationId: string): number {
  let sum = 0;
  for (const character of conversationId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % shards;
}

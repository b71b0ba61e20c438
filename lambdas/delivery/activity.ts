import type { ActivityNote } from "../model/conversation.ts";
import { chatOf } from "../model/ids.ts";

/** How often a sandbox notes a conversation as active, at most. */
export const noteEveryMillis = 10 * 60_000;
const mostRemembered = 10_000;
const shards = 4;

/** Which conversations are due to be noted as active. */
export type Activity = {
  /** What the claim of an event in that group shall carry; undefined for no note. */
  due(group: string, nowMillis: number): ActivityNote | undefined;
  /** A claim that carried the note was granted. */
  noted(note: ActivityNote): void;
};

/**
 * Activity as one sandbox remembers it, at most every ten minutes a conversation. One that starts
 * anew, or has forgotten, notes again what others have noted, which costs a write and changes nothing.
 */
export function createActivity(): Activity {
  /** Oldest first. */
  const notedAtMillis = new Map<string, number>();
  return {
    due(group, nowMillis) {
      const lastMillis = notedAtMillis.get(group) ?? Number.NEGATIVE_INFINITY;
      if (chatOf(group) === undefined || nowMillis - lastMillis < noteEveryMillis) return undefined;
      const activeHour = `${hourOf(nowMillis)}/${shardOf(group)}`;
      return { conversationId: group, activeHour, activeAtMillis: nowMillis };
    },
    noted({ conversationId, activeAtMillis }) {
      notedAtMillis.delete(conversationId);
      notedAtMillis.set(conversationId, activeAtMillis);
      const [oldest = ""] = notedAtMillis.keys();
      if (notedAtMillis.size > mostRemembered) notedAtMillis.delete(oldest);
    },
  };
}

/** Every key of the index that can hold a conversation noted since then, the newest hours first. */
export function activeHoursSince(sinceMillis: number, nowMillis: number): string[] {
  const keys: string[] = [];
  for (let hour = hourOf(nowMillis); hour >= hourOf(sinceMillis); hour -= 1) {
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

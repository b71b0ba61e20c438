import type { ActivityNote } from "../model/conversation.ts";
import { chatOf } from "../model/ids.ts";

/** A sandbox notes a conversation as active at most once in this time. */
export const noteEveryMillis = 10 * 60_000;
const mostRemembered = 10_000;
const shards = 4;

/** Decides which claims note a conversation as active. */
export type Activity = {
  /** The note for the claim of an event in that group; undefined when the claim needs no note. */
  due(group: string, nowMillis: number): ActivityNote | undefined;
  /** Call this when the ledger has granted a claim that carried the note. */
  noted(note: ActivityNote): void;
};

/**
 * Activity as one sandbox remembers it: at most one note in ten minutes for each conversation. A sandbox that
 * has just started, or that has forgotten a conversation, notes it again even when another sandbox has noted
 * it. That costs a write and changes nothing.
 */
export function createActivity(): Activity {
  /** The oldest note comes first. */
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

/** All index keys that can hold a conversation noted since then. The newest hours come first. */
export function activeHoursSince(sinceMillis: number, nowMillis: number): string[] {
  const keys: string[] = [];
  for (let hour = hourOf(nowMillis); hour >= hourOf(sinceMillis); hour -= 1) {
    for (let shard = 0; shard < shards; shard += 1) keys.push(`${hour}/${shard}`);
  }
  return keys;
}

/** The index keys that can hold a note of this conversation between two times, the newest hour first. */
export function activeHoursOf(
  conversationId: string,
  fromMillis: number,
  untilMillis: number,
): string[] {
  const keys: string[] = [];
  for (let hour = hourOf(untilMillis); hour >= hourOf(fromMillis); hour -= 1) {
    keys.push(`${hour}/${shardOf(conversationId)}`);
  }
  return keys;
}

/** Hours since 1970. They are plain numbers, so no time zone matters. */
function hourOf(millis: number): number {
  return Math.floor(millis / 3_600_000);
}

function shardOf(conversationId: string): number {
  let sum = 0;
  for (const character of conversationId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % shards;
}

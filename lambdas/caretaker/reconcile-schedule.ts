import type { ActiveConversation } from "../model/conversation.ts";

/**
 * Shorter than the five minutes, and the hour, in which the caretaker comes by, so that one that
 * comes a little early skips nobody.
 */
const leastMillis = 4 * 60_000;
const mostMillis = 55 * 60_000;
/** A chat that has been silent is left alone for this share of its silence. */
const share = 1 / 4;
/** Longer than the widest window. */
const rememberedMillis = 26 * 3_600_000;

/**
 * Which chats are due for a look into their history: often while people write, more seldom the
 * longer they have been silent, and at least once an hour. Where a run did not reach everybody, the
 * next ones look at nobody twice before all have been looked at.
 */
export type ReconcileSchedule = {
  isDue(chat: ActiveConversation, nowMillis: number): boolean;
  /** The chat's history was compared as it stood then. */
  note(conversationId: string, atMillis: number): void;
  /** A run that began then has ended, having reached everybody or not. */
  end(startedAtMillis: number, hasReachedAll: boolean): void;
};

/** ReconcileSchedule as one sandbox remembers them; one that starts anew knows of none, and looks at everybody. */
export function createReconcileSchedule(): ReconcileSchedule {
  /** Oldest first. */
  const lookedAtMillis = new Map<string, number>();
  let unfinishedSinceMillis = Number.POSITIVE_INFINITY;
  return {
    isDue({ conversationId, activeAtMillis }, nowMillis) {
      const last = lookedAtMillis.get(conversationId);
      if (last === undefined) return true;
      if (last >= unfinishedSinceMillis) return false;
      const waitMillis = (nowMillis - activeAtMillis) * share;
      return nowMillis - last >= Math.min(mostMillis, Math.max(leastMillis, waitMillis));
    },
    note(conversationId, atMillis) {
      lookedAtMillis.delete(conversationId);
      lookedAtMillis.set(conversationId, atMillis);
      for (const [id, millis] of lookedAtMillis) {
        if (atMillis - millis <= rememberedMillis) break;
        lookedAtMillis.delete(id);
      }
    },
    end(startedAtMillis, hasReachedAll) {
      unfinishedSinceMillis = hasReachedAll
        ? Number.POSITIVE_INFINITY
        : Math.min(unfinishedSinceMillis, startedAtMillis);
    },
  };
}

/** ReconcileSchedule that find every chat due until it has been looked at once, however lately others did. */
export function createOneTimeSchedule(): ReconcileSchedule {
  const looked = new Set<string>();
  return {
    isDue: ({ conversationId }) => !looked.has(conversationId),
    note: (conversationId) => void looked.add(conversationId),
    end: () => undefined,
  };
}

/**
 * ReconcileSchedule by the hours that they reach back. A look at two hours has seen nothing of the day before,
 * and a run that reached everybody of two hours has not reached everybody of the day.
 */
export function createSchedulesByWindow(): (windowHours: number) => ReconcileSchedule {
  const byWindow = new Map<number, ReconcileSchedule>();
  return (windowHours) => {
    const schedule = byWindow.get(windowHours) ?? createReconcileSchedule();
    byWindow.set(windowHours, schedule);
    return schedule;
  };
}

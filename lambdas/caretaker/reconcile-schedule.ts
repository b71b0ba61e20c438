import type { ActiveConversation } from "../model/conversation.ts";

/**
 * Both are shorter than the caretaker's intervals, five minutes and an hour. So a run that comes a
 * little early skips no chat.
 */
const leastMillis = 4 * 60_000;
const mostMillis = 55 * 60_000;
/** The schedule leaves a silent chat alone for this share of its silence. */
const share = 1 / 4;
/** Longer than the widest window. */
const rememberedMillis = 26 * 3_600_000;

/**
 * Decides which chats' histories are due. A chat is due often while people write. The longer it is
 * silent, the less often it is due, but at least once an hour. When a run did not reach all chats,
 * the next runs read no chat twice before they have read all.
 */
export type ReconcileSchedule = {
  isDue(chat: ActiveConversation, nowMillis: number): boolean;
  /** Notes that a run compared the chat's history as it was at that time. */
  note(conversationId: string, atMillis: number): void;
  /** Notes the end of a run that began then, and whether it reached all chats. */
  end(startedAtMillis: number, hasReachedAll: boolean): void;
};

/** A schedule in the memory of one sandbox. In a new sandbox, every chat is due. */
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

/** A schedule in which every chat is due until one run has read it, however recently other schedules did. */
export function createOneTimeSchedule(): ReconcileSchedule {
  const done = new Set<string>();
  return {
    isDue: ({ conversationId }) => !done.has(conversationId),
    note: (conversationId) => void done.add(conversationId),
    end: () => undefined,
  };
}

/**
 * One schedule for each window, by its hours. A run over two hours saw nothing of the day before. A
 * run that reached all chats of two hours did not reach all chats of the day.
 */
export function createSchedulesByWindow(): (windowHours: number) => ReconcileSchedule {
  const byWindow = new Map<number, ReconcileSchedule>();
  return (windowHours) => {
    const schedule = byWindow.get(windowHours) ?? createReconcileSchedule();
    byWindow.set(windowHours, schedule);
    return schedule;
  };
}

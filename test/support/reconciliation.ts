import { MemoryDeliveryLedger } from "./memory/ledger.ts";
import { reconcile } from "../../lambdas/caretaker/reconcile.ts";
import { createReconcileSchedule } from "../../lambdas/caretaker/reconcile-schedule.ts";
import type { ReconcileSchedule } from "../../lambdas/caretaker/reconcile-schedule.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import { activeChats } from "./active-conversations.ts";
import { aFakeHistory, aHistoryMessage } from "./fake-history.ts";
import { aFakeQueue } from "./fake-queue.ts";
import { aPacking } from "./packing.ts";
import { aRecordingLogger } from "./recording-logger.ts";

export const nowMillis = 1_700_000_000_000;
/** Old enough to count as lost, and inside a window of two hours. */
export const old = nowMillis - 3_600_000;

/** Messages of one chat, a millisecond apart, backwards from the given time. */
export function manyMessages(
  name: string,
  count: number,
  newestMillis: number,
  msgid?: string,
): HistoryMessage[] {
  return Array.from({ length: count }, (_, index) =>
    aHistoryMessage(`${name}-${index}`, newestMillis - index, { msgid }),
  );
}

/**
 * Runs over the given conversations and histories, with one ledger and one queue. `alsoActive` is active
 * and has no conversation.
 */
export function aReconciliation(
  conversations: readonly Conversation[],
  histories: Parameters<typeof aFakeHistory>[0],
  {
    refusals = 0,
    schedule,
    alsoActive = [],
  }: { refusals?: number; schedule?: ReconcileSchedule; alsoActive?: readonly string[] } = {},
) {
  const history = aFakeHistory(histories);
  const ledger = new MemoryDeliveryLedger();
  const queue = aFakeQueue({ refusals });
  const packing = aPacking();
  const logger = aRecordingLogger();
  const hookIdOf = (id: string) => `amo:scope:${id}`;
  const { read, ...chats } = activeChats(conversations, nowMillis, alsoActive);
  const window = { sinceMillis: nowMillis - 2 * 3_600_000, connectedAtMillis: 0 };
  return {
    history,
    /** The conversations that were read, in order. */
    read,
    queue,
    bodies: packing.bodies,
    logger,
    run: (within: Parameters<typeof reconcile>[0] = window) =>
      reconcile(within, {
        ...chats,
        // A stale replica: in it no chat is open yet.
        conversations: {
          find: (conversationId, options) =>
            options?.mayBeOld === true
              ? Promise.resolve({ conversationId, createdAtMillis: 0 })
              : chats.conversations.find(conversationId),
        },
        history,
        // Like a new sandbox: every chat in the window is read.
        schedule: schedule ?? createReconcileSchedule(),
        ledger,
        lost: { toTelegram: queue, ...packing, scopeId: "scope", hookIdOf },
        now: () => nowMillis,
        logger,
      }),
    /** Brings the event of a message to a state of the ledger. */
    settle: async (
      message: string,
      state: "sending" | "waiting" | "sent" | "ignored" | "parked",
    ) => {
      const id = hookIdOf(message);
      const claim = { owner: "me", direction: "to-telegram", nowMillis } as const;
      await ledger.claim({ id, ...claim, leaseUntilMillis: nowMillis + 65_000 });
      const known = { attempts: 0, ambiguous: 0, reason: "500", notBeforeMillis: nowMillis };
      if (state === "waiting") await ledger.release(id, "me", known);
      if (state === "sent" || state === "ignored") {
        await ledger.finish(id, "me", { state, nowMillis });
      }
      if (state === "parked") {
        const parking = { reason: "blocked", detail: "403", message: "{}" } as const;
        await ledger.park(id, "me", { ...parking, receivedAtMillis: nowMillis, nowMillis });
      }
    },
  };
}

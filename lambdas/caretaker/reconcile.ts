import pMap from "p-map";
import type { ActiveConversation, Conversation } from "../model/conversation.ts";
import type { Envelope } from "../model/envelope.ts";
import { isFailure } from "../model/failure.ts";
import { keepBody } from "../model/stores.ts";
import type {
  ActiveConversations,
  ConversationStore,
  DeliveryStates,
  Packing,
} from "../model/stores.ts";
import type { Now, EventQueue, Logger } from "../model/runtime.ts";
import { historyPageSize } from "../model/crm.ts";
import type { CrmHistory, HistoryMessage } from "../model/crm.ts";
import { noteEveryMillis } from "../delivery/activity.ts";
import type { ReconcileSchedule } from "./reconcile-schedule.ts";
import { reasonOf } from "../delivery/record-failure.ts";

/** Younger messages do not count: their hooks may still be on their way. */
const settlingMillis = 3 * 60_000;
/** How far the clocks of amoCRM, of a Lambda and of the machine that ran `bridge connect` may differ. */
const clockToleranceMillis = 60_000;
/** A higher number does not mean lost hooks. A person must look into it. */
const mostPerChat = 20;
const mostPerRun = 200;
const mostPages = 20;
/** How many histories a run reads at a time: no more calls than the sender makes in parallel by default. */
export const historiesAtOnce = 5;

/** Dependencies of `reconcile`. */
export type ReconcileDependencies = {
  readonly active: ActiveConversations;
  readonly conversations: Pick<ConversationStore, "find">;
  readonly history: CrmHistory;
  readonly schedule: ReconcileSchedule;
  readonly ledger: DeliveryStates;
  /** The queue for lost hooks, and their ids. */
  readonly lost: Packing & {
    readonly toTelegram: EventQueue;
    readonly scopeId: string;
    /** The event id of the hook of a message. */
    readonly hookIdOf: (amocrmMessageId: string) => string;
  };
  readonly now: Now;
  readonly logger: Logger;
};

/** The result of a run: how many lost hooks it found, and how many chats it read. */
export type ReconcileReport = {
  readonly chats: number;
  readonly found: number;
  /** False when the run stopped, or could not compare a history now. Then another run must follow. */
  readonly reachedAll: boolean;
  /** Chats whose histories the run could not read, and why. */
  readonly notRead: readonly NotRead[];
  /** Chats with so many lost hooks that a person must look. The run enqueued nothing of these chats. */
  readonly stopped: readonly string[];
};
type NotRead = { readonly conversationId: string; readonly reason: string };

/**
 * Enqueues operators' messages whose hooks never came, under the ids that their hooks would have
 * had. It reads only chats that are due. It takes only messages that are older than three minutes,
 * and newer than the start of the window, the conversation and the channel's connection. One minute
 * more counts, because clocks differ. It stops when there are suspiciously many.
 */
export async function reconcile(
  window: {
    readonly sinceMillis: number;
    readonly connectedAtMillis: number;
    /** The next run reads the chats that this run does not reach by then. */
    readonly deadlineMillis?: number;
  },
  deps: ReconcileDependencies,
): Promise<ReconcileReport> {
  const { schedule, logger, now } = deps;
  const { deadlineMillis = Number.POSITIVE_INFINITY } = window;
  let chats = 0;
  let found = 0;
  let isStopped = false;
  let notCompared = 0;
  const notRead: NotRead[] = [];
  const stopped: string[] = [];
  const startedAtMillis = now();
  const compare = async ({ conversationId }: ActiveConversation): Promise<void> => {
    const comparedAtMillis = now();
    const conversation = await deps.conversations.find(conversationId);
    if (conversation === undefined) return;
    chats += 1;
    const { createdAtMillis = 0 } = conversation;
    const begunAtMillis = Math.max(window.connectedAtMillis, createdAtMillis);
    const fromMillis = Math.max(window.sinceMillis, begunAtMillis - clockToleranceMillis);
    const lost = await lostIn(conversation, fromMillis, notRead, deps);
    if (lost === undefined) notCompared += 1;
    if (lost === undefined || isStopped) return;
    if (lost.length > mostPerChat || found + lost.length > mostPerRun) {
      stopped.push(conversationId);
      logger.error("ReconcileStopped", { conversationId, found: lost.length });
      isStopped ||= lost.length <= mostPerChat;
      return;
    }
    // Count them before the enqueue: meanwhile, the run reads other chats.
    found += lost.length;
    for (const message of lost) await enqueue(message, conversation, deps);
    schedule.note(conversationId, comparedAtMillis);
  };
  const active = deps.active.since(window.sinceMillis - noteEveryMillis);
  const due = async function* () {
    for await (const chat of active) {
      if (isStopped) return;
      if (schedule.isDue(chat, now())) yield chat;
    }
  };
  const failures: unknown[] = [];
  const check = async (chat: ActiveConversation) => {
    if (isStopped) return;
    if (now() > deadlineMillis) {
      isStopped = true;
      logger.warn("ReconcileUnfinished", { chats, found });
      return;
    }
    try {
      await compare(chat);
    } catch (error) {
      // The run ends after the checks in progress: they may be enqueuing lost messages.
      isStopped = true;
      failures.push(error);
    }
  };
  await pMap(due(), check, { concurrency: historiesAtOnce });
  if (failures.length > 0) throw failures[0];
  schedule.end(startedAtMillis, !isStopped);
  if (found > 0) logger.error("LostHooksFound", { chats, found });
  else logger.info("Reconciled", { chats, found });
  const reachedAll = !isStopped && notCompared === 0;
  return { chats, found, reachedAll, notRead, stopped };
}

/** The lost messages of a chat, the oldest first. Undefined when they cannot be known now. */
async function lostIn(
  conversation: Conversation,
  fromMillis: number,
  notRead: NotRead[],
  deps: ReconcileDependencies,
): Promise<HistoryMessage[] | undefined> {
  try {
    const lost: HistoryMessage[] = [];
    for (const message of await candidates(conversation, fromMillis, deps)) {
      const deliveryState = await deps.ledger.deliveryState(
        deps.lost.hookIdOf(message.amocrmMessageId),
      );
      // A chat that waits has its next hooks in the queue. The ledger does not see them there.
      if (deliveryState === "under-way") return undefined;
      if (deliveryState === undefined) lost.push(message);
    }
    return lost;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { conversationId } = conversation;
    const reason = reasonOf(error);
    notRead.push({ conversationId, reason });
    deps.logger.warn("HistoryNotRead", { conversationId, reason });
    return undefined;
  }
}

async function candidates(
  { conversationId, amojoChatId, crmPausedUntilMillis = 0 }: Conversation,
  fromMillis: number,
  { history, now }: ReconcileDependencies,
): Promise<HistoryMessage[]> {
  if (amojoChatId === undefined) return [];
  const untilMillis = now() - settlingMillis;
  const written: HistoryMessage[] = [];
  for (let number = 0; number < mostPages; number += 1) {
    const chat = { amojoChatId, conversationId };
    // This run has just read the conversation, so the first page does not read its pause again.
    const known = number === 0 ? { ...chat, pausedUntilMillis: crmPausedUntilMillis } : chat;
    const page = await history.page(known, number);
    for (const message of page) {
      const { sentAtMillis, msgid } = message;
      const isInWindow = sentAtMillis > fromMillis && sentAtMillis < untilMillis;
      if (msgid === undefined && isInWindow) written.push(message);
    }
    const oldest = page.at(-1);
    if (page.length < historyPageSize || oldest === undefined) break;
    if (oldest.sentAtMillis <= fromMillis) break;
  }
  // For messages of one moment, the history gives the newer one first.
  return written.toReversed().toSorted((a, b) => a.sentAtMillis - b.sentAtMillis);
}

async function enqueue(
  { amocrmMessageId, hook }: HistoryMessage,
  { conversationId }: Conversation,
  deps: ReconcileDependencies,
): Promise<void> {
  const { ledger, lost, now } = deps;
  const { toTelegram, scopeId, hookIdOf } = lost;
  const id = hookIdOf(amocrmMessageId);
  const envelope: Envelope = {
    ...(await keepBody(Buffer.from(hook), lost)),
    id,
    group: conversationId,
    source: "amocrm",
    receivedAtMillis: now(),
    verified: true,
    scopeId,
    late: "reconciled",
  };
  await toTelegram.put(envelope);
  await ledger.rememberFound(id, now());
}

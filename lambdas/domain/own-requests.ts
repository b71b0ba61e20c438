import * as z from "zod/mini";
import { bridgeEvent } from "../model/envelope.ts";
import type { BridgeEvent, Envelope } from "../model/envelope.ts";
import { PermanentFailure } from "../model/failure.ts";
import { canBeReported, chatOf, conversationOfReports } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { Logger } from "../ports/logger.ts";
import { noteCrmPause, respectPause } from "./chat-pause.ts";
import type { StepResult, Work } from "./delivery.ts";
import { hasGoneOn } from "./hand-off/close-ended.ts";
import { endTalk } from "./hand-off/end-by-operator.ts";
import { waiting } from "./texts.ts";
import { whereNow } from "./topics.ts";

/** What carrying out the bridge's own requests needs from outside. */
export type OwnRequestDependencies = {
  readonly crm: CrmChat;
  readonly messenger: CustomerMessenger;
  readonly conversations: ConversationStore;
  readonly now: Now;
  readonly logger: Logger;
  /** What the ledger says of an event now. */
  readonly stateOf: (eventId: string) => Promise<LedgerEntry["state"] | undefined>;
};

/**
 * What the bridge asks of itself, by the event and its text. A request that this version cannot read was written by another
 * one: kept, as any such event.
 */
export async function askedByBridge(
  { id, group }: Envelope,
  text: string,
  entry: LedgerEntry,
  deps: OwnRequestDependencies,
): Promise<Work> {
  const parsed = z.safeParse(z.pipe(z.transform(parseJson), bridgeEvent), text);
  if (!parsed.success) {
    return { kind: "park", reason: "not-understood", detail: "a request of another version" };
  }
  const event = parsed.data;
  switch (event.kind) {
    case "delivery_status":
      return reportStatus(event, conversationOfReports(group), deps);
    case "notice":
      return notify(event, deps);
    case "silence":
      return endSilent(event, id, entry, deps);
    case "talk_closed":
      return endClosed(event, id, entry, deps);
  }
}

/** Whoever wrote meanwhile has broken the silence. */
async function endSilent(
  { conversationId, touchedAtMillis }: Extract<BridgeEvent, { kind: "silence" }>,
  eventId: string,
  entry: LedgerEntry,
  deps: OwnRequestDependencies,
): Promise<Work> {
  const conversation = await deps.conversations.find(conversationId);
  if ((conversation?.touchedAtMillis ?? 0) > touchedAtMillis) {
    return { kind: "ignore", reason: "the silence is over" };
  }
  const end = { conversationId, eventId, why: "a day of silence" } as const;
  return endTalk(end, conversation, entry, deps);
}

/** Whoever wrote meanwhile has gone on talking, and operators have that as a new talk. */
async function endClosed(
  { conversationId, closedAtMillis }: Extract<BridgeEvent, { kind: "talk_closed" }>,
  eventId: string,
  entry: LedgerEntry,
  deps: OwnRequestDependencies,
): Promise<Work> {
  const conversation = await deps.conversations.find(conversationId);
  if (conversation !== undefined && hasGoneOn(conversation, closedAtMillis)) {
    return { kind: "ignore", reason: "the talk has gone on" };
  }
  const end = { conversationId, eventId, why: "operator ends" } as const;
  return endTalk(end, conversation, entry, deps);
}

/** A line that helps only now: whatever goes wrong, the operators' answers go on. */
function notify(
  { conversationId }: { conversationId: string },
  deps: OwnRequestDependencies,
): Work {
  const run = async () => {
    const known = await deps.conversations.find(conversationId);
    respectPause(known?.pausedUntilMillis, deps.now());
    const text = waiting(known?.language ?? "en");
    const { chatId = "" } = chatOf(conversationId) ?? {};
    return { id: await deps.messenger.sendText(chatId, text, whereNow(known)) };
  };
  return { kind: "steps", steps: [{ name: "say", run, skipAfter: () => true }] };
}

function reportStatus(
  report: Extract<BridgeEvent, { kind: "delivery_status" }>,
  conversationId: string,
  deps: OwnRequestDependencies,
): Work {
  const { crm, logger, now, stateOf } = deps;
  const { amocrmMessageId, status, eventId, notBeforeMillis } = report;
  // An earlier version of this code asked for such reports too.
  if (!canBeReported(amocrmMessageId)) {
    return { kind: "ignore", reason: "a report on an id that is too long for one" };
  }
  const run = async (): Promise<StepResult> => {
    respectPause(notBeforeMillis, now());
    // Asked of whoever tried the same call while this one waited.
    const known = await deps.conversations.find(conversationId);
    respectPause(known?.crmPausedUntilMillis, now());
    // Redriven with success meanwhile: the failure is history, and its report would be a lie.
    const isOutdated = status.statusCode === -1 && eventId !== undefined;
    if (isOutdated && (await stateOf(eventId)) === "sent") return { outcome: "outdated" };
    try {
      await crm.setDeliveryStatus(amocrmMessageId, status);
      return {};
    } catch (error) {
      await noteCrmPause(conversationId, error, deps);
      if (!(error instanceof PermanentFailure)) throw error;
      // amoCRM does not know the message (any more): there is nobody left to tell.
      logger.error("StatusRefused", { amocrmMessageId, reason: error.message });
      return { outcome: "refused" };
    }
  };
  return { kind: "steps", steps: [{ name: "report-status", run }] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

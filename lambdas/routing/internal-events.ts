import * as z from "zod/mini";
import type { Conversation } from "../model/conversation.ts";
import { bridgeEvent } from "../model/envelope.ts";
import type { BridgeEvent, Envelope } from "../model/envelope.ts";
import { canBeReported, chatOf, conversationOfReports } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Now } from "../model/runtime.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { throwIfPaused } from "../delivery/rate-limits.ts";
import type { Decision } from "../delivery/attempt.ts";
import { hasGoneOn, endTalk } from "../hand-off/end.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { whereNow } from "../conversation/topics.ts";

/** The dependencies of deciding on the bridge's own requests. */
export type InternalEventDependencies = {
  readonly settings: BridgeSettings;
  readonly now: Now;
  /** The state of an event in the ledger now; undefined when the ledger does not have it. */
  readonly stateOf: (eventId: string) => Promise<LedgerEntry["state"] | undefined>;
};

/**
 * Decides on a request that the bridge makes of itself, by the event and its text. A request that this
 * version of the code cannot read comes from another version. The bridge parks it, like any such event.
 */
export async function decideInternalEvent(
  { id, group }: Envelope,
  text: string,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: InternalEventDependencies,
): Promise<Decision> {
  const parsed = z.safeParse(z.pipe(z.transform(parseJson), bridgeEvent), text);
  if (!parsed.success) {
    return { kind: "park", reason: "not-understood", detail: "a request of another version" };
  }
  const event = parsed.data;
  const { settings } = deps;
  if (event.kind === "delivery_status") {
    return statusReport(event, conversationOfReports(group), conversations, deps);
  }
  const conversation = await conversations.find(event.conversationId);
  switch (event.kind) {
    case "notice":
      return notify(event.conversationId, conversation, settings);
    case "silence":
      return endSilent(event, id, entry, conversation, settings);
    case "talk_closed":
      return endClosed(event, id, entry, conversation, settings);
  }
}

/** A person who wrote meanwhile has ended the silence. */
function endSilent(
  { conversationId, lastActivityAtMillis }: Extract<BridgeEvent, { kind: "silence" }>,
  eventId: string,
  entry: LedgerEntry,
  conversation: Conversation | undefined,
  settings: BridgeSettings,
): Decision {
  if ((conversation?.lastActivityAtMillis ?? 0) > lastActivityAtMillis) {
    return { kind: "ignore", reason: "the silence is over" };
  }
  const end = { conversationId, eventId, why: "a day of silence" } as const;
  return endTalk(end, conversation, entry, settings);
}

/** A person who wrote meanwhile has continued the talk. Operators see that as a new talk. */
function endClosed(
  { conversationId, closedAtMillis }: Extract<BridgeEvent, { kind: "talk_closed" }>,
  eventId: string,
  entry: LedgerEntry,
  conversation: Conversation | undefined,
  settings: BridgeSettings,
): Decision {
  if (conversation !== undefined && hasGoneOn(conversation, closedAtMillis)) {
    return { kind: "ignore", reason: "the talk has gone on" };
  }
  const end = { conversationId, eventId, why: "operator ends" } as const;
  return endTalk(end, conversation, entry, settings);
}

/** The notice helps only now. When it fails, the operators' answers still go on. */
function notify(
  conversationId: string,
  conversation: Conversation | undefined,
  { texts }: BridgeSettings,
): Decision {
  const { chatId = "" } = chatOf(conversationId) ?? {};
  const to = { conversationId, chatId, where: whereNow(conversation) };
  const message = { text: texts[conversation?.language ?? "en"].waiting };
  return { kind: "steps", steps: [{ name: "say", to, message, skip: "any-failure" }] };
}

async function statusReport(
  report: Extract<BridgeEvent, { kind: "delivery_status" }>,
  conversationId: string,
  conversations: AttemptConversations,
  { now, stateOf }: InternalEventDependencies,
): Promise<Decision> {
  const { amocrmMessageId, status, eventId, notBeforeMillis } = report;
  // An earlier version of this code asked for such reports too.
  if (!canBeReported(amocrmMessageId)) {
    return { kind: "ignore", reason: "a report on an id that is too long for one" };
  }
  throwIfPaused(notBeforeMillis, now());
  // Since then amoCRM may have asked for a longer wait, when another event tried the same call.
  const conversation = await conversations.find(conversationId);
  throwIfPaused(conversation?.crmPausedUntilMillis, now());
  // A redrive has delivered the message meanwhile, so a report of the failure would be false.
  const isFailure = status.statusCode === -1 && eventId !== undefined;
  if (isFailure && (await stateOf(eventId)) === "sent") {
    return { kind: "ignore", reason: "the message was delivered meanwhile" };
  }
  return {
    kind: "steps",
    steps: [{ name: "report-status", conversationId, amocrmMessageId, status }],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

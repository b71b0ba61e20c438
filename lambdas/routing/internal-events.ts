import * as z from "zod/mini";
import { bridgeEvent, parseJson } from "../model/envelope.ts";
import type { BridgeEvent, Envelope } from "../model/envelope.ts";
import { canBeReported, chatOf, conversationOfReports } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Logger, Now } from "../model/runtime.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { throwIfPaused } from "../delivery/rate-limits.ts";
import type { Decision } from "../delivery/attempt.ts";
import { hasGoneOn, endTalk } from "../hand-off/end.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { lateLeadMillis } from "../conversation/lead.ts";
import { whereNow } from "../conversation/topics.ts";
import { decideUnanswered } from "../waiting/unanswered.ts";

/** The dependencies of deciding on the bridge's own requests. */
export type InternalEventDependencies = {
  readonly settings: BridgeSettings;
  readonly now: Now;
  readonly logger: Logger;
  /** The state of an event in the ledger now; undefined when the ledger does not have it. */
  readonly stateOf: (eventId: string) => Promise<LedgerEntry["state"] | undefined>;
};

/**
 * Decides on a request that the bridge makes of itself, by the event and its text. A request that this
 * version of the code cannot read comes from another version. The bridge parks it, like any such event.
 */
export async function decideInternalEvent(
  { id, group }: Envelope,
  acceptedAtMillis: number,
  text: string,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: InternalEventDependencies,
): Promise<Decision> {
  const { data: event } = z.safeParse(bridgeEvent, parseJson(text));
  if (event === undefined) {
    return { kind: "park", reason: "not-understood", detail: "a request of another version" };
  }
  const { settings } = deps;
  if (event.kind === "delivery_status") {
    return statusReport(event, conversationOfReports(group), conversations, deps);
  }
  const { conversationId } = event;
  const conversation = await conversations.find(conversationId);
  switch (event.kind) {
    case "notice": {
      const { chatId = "" } = chatOf(conversationId) ?? {};
      const to = { conversationId, chatId, where: whereNow(conversation) };
      const message = { text: settings.texts[conversation?.language ?? "en"].waiting };
      // The notice helps only now. When it fails, the operators' answers still go on.
      return { kind: "steps", steps: [{ name: "say", to, message, skip: "any-failure" }] };
    }
    case "silence": {
      // A person who wrote meanwhile has ended the silence.
      if ((conversation?.lastActivityAtMillis ?? 0) > event.lastActivityAtMillis) {
        return { kind: "ignore", reason: "the silence is over" };
      }
      const end = { conversationId, eventId: id, why: "a day of silence" } as const;
      return endTalk(end, conversation, entry, settings);
    }
    case "talk_closed": {
      // A person who wrote meanwhile has continued the talk. Operators see that as a new talk.
      if (conversation !== undefined && hasGoneOn(conversation, event.closedAtMillis)) {
        return { kind: "ignore", reason: "the talk has gone on" };
      }
      const end = { conversationId, eventId: id, why: "operator ends" } as const;
      return endTalk(end, conversation, entry, settings);
    }
    case "lead": {
      const { name: customerName, notBeforeMillis } = event;
      throwIfPaused(notBeforeMillis, deps.now());
      if (deps.now() - acceptedAtMillis > lateLeadMillis) {
        return { kind: "park", reason: "gave-up", detail: "no lead for a day" };
      }
      return { kind: "steps", steps: [{ name: "make-lead", conversationId, customerName }] };
    }
    case "profile": {
      if (deps.now() - acceptedAtMillis > lateLeadMillis) {
        return { kind: "ignore", reason: "the profile could not be written for a day" };
      }
      const { kind: _, conversationId: __, userId, ...profile } = event;
      const step = { name: "write-profile", conversationId, userId, profile } as const;
      return { kind: "steps", steps: [{ ...step, skip: "refusal" }] };
    }
    case "note": {
      if (deps.now() - acceptedAtMillis > lateLeadMillis) {
        return { kind: "park", reason: "gave-up", detail: "no contact for a day" };
      }
      const { text: note, tags, contactId } = event;
      const step = { name: "add-note", conversationId, text: note, tags, contactId } as const;
      return { kind: "steps", steps: [{ ...step, skip: "refusal" }] };
    }
    case "unanswered":
      return decideUnanswered(event, conversation, entry, deps);
  }
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

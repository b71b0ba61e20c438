import type { SentHook } from "../world/amocrm-side.ts";
import { marksIn } from "../world/plan.ts";
import type { SentUpdate } from "../world/telegram-side.ts";
import { conversationOf } from "../world/customers.ts";
import type { Appeared } from "../vendors/amocrm-vendor.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Accepted means delivered, or parked with a reason that fits and that somebody was told. */
export function lostEvents(evidence: Evidence): Violation[] {
  const { telegramSide, amocrmSide } = evidence.world;
  return [
    ...telegramSide.updates.flatMap((update) => judgeUpdate(update, evidence)),
    ...amocrmSide.hooks
      .filter(({ kind }) => kind === "operator")
      .flatMap((hook) => judgeHook(hook, evidence)),
  ];
}

function judgeUpdate(update: SentUpdate, evidence: Evidence): Violation[] {
  const { eventId, chat, kind, marks, isAccepted } = update;
  const lost = (what: string) => [{ rule: "lost", about: eventId, what }];
  if (!isAccepted) return lost("Telegram's update was never accepted, however often it was sent");
  if (kind === "membership" || kind === "own act") return [];
  const conversationId = conversationOf(chat);
  const shown = new Set(
    evidence.world.amocrm.appeared
      .filter((each) => each.conversationId === conversationId && isSaidBy(update, each))
      .flatMap(({ text }) => marksIn(text)),
  );
  const missing = marks.filter((mark) => !shown.has(mark));
  if (missing.length === 0 || isLeftOut(chat, evidence)) return [];
  const entry = evidence.world.tables.ledger.entry(eventId);
  if (entry?.state !== "parked") {
    return lost(`${missing.join(", ")} not shown, and its state is ${entry?.state}`);
  }
  return isJustified(update, entry.reason, evidence)
    ? alarmed(eventId, evidence)
    : lost(`parked as ${entry.reason} without cause`);
}

/** What an administrator of a channel has written is outgoing, as what the bot says is. */
export function isSaidBy(
  { author }: Pick<SentUpdate, "author">,
  { direction }: Pick<Appeared, "direction">,
): boolean {
  return direction === (author === "administrator" ? "bot" : "customer");
}

/** A line of a talk with the bot that amoCRM refused again and again is left out, and logged. */
export function isLeftOut(chat: number, { world }: Evidence): boolean {
  if (!world.hasBot) return false;
  const inChat = new Set(
    world.telegramSide.updates
      .filter((update) => update.chat === chat)
      .map(({ eventId }) => eventId),
  );
  return world.history
    .of("log")
    .some(
      ({ fact, fields }) => fact === "OptionalStepSkipped" && inChat.has(String(fields["eventId"])),
    );
}

function judgeHook(hook: SentHook, evidence: Evidence): Violation[] {
  const { eventId, text } = hook;
  const lost = (what: string) => [{ rule: "lost", about: eventId, what }];
  const shown = new Set(evidence.showingsOf(hook).flatMap(({ marks }) => marks));
  const missing = marksIn(text).filter((mark) => !shown.has(mark));
  const entry = evidence.world.tables.ledger.entry(eventId);
  if (missing.length === 0) return [];
  if (entry?.state === "parked") {
    if (!isJustified(hook, entry.reason, evidence)) {
      return lost(`parked as ${entry.reason} without cause`);
    }
    // Whether the operator was told is judged in `truth.ts`; what nobody can read is an alarm.
    return entry.reason === "not-understood" ? alarmed(eventId, evidence) : [];
  }
  if (!hook.isAccepted && mayStayLost(hook, evidence)) return [];
  const what = `${missing.length} sentences not shown (${missing[0]}), its state is ${entry?.state}`;
  return lost(hook.isAccepted ? what : `lost hook did not come back: ${what}`);
}

/** What nobody can be told of makes an alarm. */
function alarmed(eventId: string, { errorsAbout }: Evidence): Violation[] {
  if (errorsAbout(eventId).has("DeliveryParked")) return [];
  return [{ rule: "parked in silence", about: eventId, what: "no DeliveryParked was logged" }];
}

/**
 * Exceptions of design §2.8 for hooks that ingest never took: the reconciler asks a person where
 * it finds suspiciously many, and looks only so far back.
 */
function mayStayLost(hook: SentHook, { world }: Evidence): boolean {
  const conversationId = conversationOf(hook.chat);
  return world.history
    .of("log")
    .some(
      ({ fact, fields }) =>
        fact === "ReconcileStopped" && fields["conversationId"] === conversationId,
    );
}

/**
 * Is there a cause in what the vendors answered? That Telegram refuses a call for what it says or where it
 * goes is none: then the call is wrong.
 */
function isJustified(
  { eventId, chat }: Pick<SentHook, "eventId" | "chat">,
  reason = "",
  evidence: Evidence,
): boolean {
  const { calls, facts, world } = evidence;
  const own = calls.filter(({ attempt }) => attempt?.eventId === eventId);
  switch (reason) {
    case "refused-by-amocrm":
    case "refused-by-telegram":
      return own.some(({ status, vendor, isFault }) =>
        vendor === "telegram" ? status === 400 && isFault : [400, 404, 409].includes(status),
      );
    case "blocked":
      return world.telegramSide.updates.some(
        (update) => update.kind === "membership" && update.chat === chat,
      );
    case "outcome-unknown":
      // The one ambiguous send and its one repeat, or claims found from dead attempts.
      return (
        own.filter(
          ({ method, answeredAtMillis }) =>
            method === "sendMessage" && answeredAtMillis === undefined,
        ).length +
          facts.filter(
            (fact) =>
              fact.kind === "ledger" &&
              fact.eventId === eventId &&
              fact.operation === "claim" &&
              fact.before?.state === "sending",
          ).length >=
        2
      );
    case "not-authentic":
      // Only a stranger's hook is; those are not judged here.
      return false;
    case "not-understood":
      return facts.some((fact) => fact.kind === "world" && fact.what.includes("version 2"));
    default:
      return false;
  }
}

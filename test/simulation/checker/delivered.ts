import type { SentHook } from "../world/amocrm-side.ts";
import { marksIn } from "../world/plan.ts";
import type { SentUpdate } from "../world/telegram-side.ts";
import { conversationOf } from "../world/customers.ts";
import type { Appeared } from "../vendors/amocrm-vendor.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** An accepted event is delivered, or parked with a justified reason, and a person was notified. */
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
  if (!isAccepted) return lost("Telegram sent the update many times, and it was never accepted");
  if (kind === "membership" || kind === "own act") return [];
  const conversationId = conversationOf(chat);
  const shown = new Set(
    evidence.world.amocrm.appeared
      .filter((each) => each.conversationId === conversationId && isWrittenBy(update, each))
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
    : lost(`parked as ${entry.reason} without a cause`);
}

/** A channel administrator's message is outgoing, like the bot's messages. */
export function isWrittenBy(
  { author }: Pick<SentUpdate, "author">,
  { direction }: Pick<Appeared, "direction">,
): boolean {
  return direction === (author === "administrator" ? "bot" : "customer");
}

/**
 * True if the sender left out a message of a talk with the bot and logged this, because amoCRM
 * refused it repeatedly.
 */
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
      return lost(`parked as ${entry.reason} without a cause`);
    }
    // `truth.ts` checks whether the operator was notified. A hook that cannot be read must raise an
    // alarm.
    return entry.reason === "not-understood" ? alarmed(eventId, evidence) : [];
  }
  if (!hook.isAccepted && mayStayLost(hook, evidence)) return [];
  const what = `${missing.length} sentences not shown (${missing[0]}), its state is ${entry?.state}`;
  return lost(hook.isAccepted ? what : `lost hook did not come back: ${what}`);
}

/** An event that cannot be reported to any operator must raise an alarm. */
function alarmed(eventId: string, { errorsAbout }: Evidence): Violation[] {
  if (errorsAbout(eventId).has("DeliveryParked")) return [];
  return [{ rule: "parked in silence", about: eventId, what: "no DeliveryParked was logged" }];
}

/**
 * Exceptions of design §2.8 for hooks that ingest never accepted: the reconciler stops and asks a
 * person if it finds suspiciously many, and it searches only a limited time back.
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
 * True if the vendors' answers justify the reason. A Telegram refusal because of the text or the
 * address of a call is no justification: then the call itself is wrong.
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
      // One ambiguous send and its one repeat, or claims left by dead attempts.
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
      // Only a forged hook is not authentic, and this rule does not check those.
      return false;
    case "not-understood":
      return facts.some((fact) => fact.kind === "world" && fact.what.includes("version 2"));
    default:
      return false;
  }
}

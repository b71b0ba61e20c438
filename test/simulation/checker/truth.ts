import type { SentHook } from "../world/amocrm-side.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** The operator sees the outcome of each message, and the last status is correct. */
export function untruths(evidence: Evidence): Violation[] {
  return evidence.world.amocrmSide.hooks
    .filter(({ kind }) => kind === "operator")
    .flatMap((hook) => judge(hook, evidence));
}

function judge({ eventId, messageId }: SentHook, evidence: Evidence): Violation[] {
  const { world, errorsAbout } = evidence;
  const entry = world.tables.ledger.entry(eventId);
  if (entry === undefined) return [];
  const statuses = world.amocrm.account.messageById.get(messageId)?.deliveryStatus ?? [];
  const last = statuses.at(-1)?.status;
  const wanted = {
    sent: 1,
    parked: -1,
    ignored: undefined,
    sending: undefined,
    waiting: undefined,
  };
  if (entry.state === "ignored") {
    return [{ rule: "ignored", about: eventId, what: "an operator's message was ignored" }];
  }
  // amoCRM refused the status.
  const isRefused = errorsAbout(eventId).has("StatusRefused") || refusedLater(messageId, evidence);
  // An envelope of an unknown version does not show whose message it is, so the bridge raises an
  // alarm.
  const isUnreadable = entry.reason === "not-understood" && entry.state === "parked";
  if (last === wanted[entry.state] || isRefused || isUnreadable) return [];
  const shown = statuses.map(({ status }) => status).join(", ");
  const what = `the ledger says ${entry.state}, the operator saw: ${shown || "nothing"}`;
  return [{ rule: "untold", about: eventId, what }];
}

function refusedLater(messageId: string, { world }: Evidence): boolean {
  return world.history
    .of("log")
    .some(
      ({ fact, fields }) => fact === "StatusRefused" && fields["amocrmMessageId"] === messageId,
    );
}

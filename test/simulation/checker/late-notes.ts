import type { Evidence, Violation } from "./evidence.ts";

/**
 * A late message says when it was written, once a later one of its chat has gone out: that is, was
 * recorded as sent before the late one's attempt began.
 */
export function untimely(evidence: Evidence): Violation[] {
  const { world, showings } = evidence;
  const ledger = world.history.of("ledger");
  const sentAt = new Map<string, number>();
  const claimedAt = new Map<string, number>();
  for (const { operation, eventId, owner, after, atMillis } of ledger) {
    if (after?.state === "sent") sentAt.set(eventId, atMillis);
    if (operation === "claim") claimedAt.set(owner, atMillis);
  }
  return showings.flatMap(({ hook, call, marks, isLate }) => {
    if (hook === undefined || !isLate || call.attempt === undefined) return [];
    const began = claimedAt.get(call.attempt.owner) ?? 0;
    const isOvertaken = world.amocrmSide.hooks.some(
      ({ kind, chat, eventId, writtenAtMillis }) =>
        kind === "operator" &&
        chat === hook.chat &&
        writtenAtMillis > hook.writtenAtMillis &&
        (sentAt.get(eventId) ?? Number.POSITIVE_INFINITY) < began,
    );
    const isFirst = marks[0]?.endsWith("/0") === true;
    // A text that leaves no room for its time has it in a message before, maybe of an earlier attempt.
    const saysTime = evidence.calls.some(
      ({ attempt, text, applied, order }) =>
        attempt?.eventId === hook.eventId &&
        text?.startsWith("[written ") === true &&
        applied &&
        order <= call.order,
    );
    if (!isOvertaken || !isFirst || saysTime) return [];
    const what = "a late message was shown after a later one without its time";
    return [{ rule: "late and silent", about: hook.eventId, what }];
  });
}

import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import type { CallFact } from "../world/history.ts";
import type { Evidence, Showing, Violation } from "./evidence.ts";

/**
 * A hook that arrives later than this after its message was written makes the message show its
 * time.
 */
const lateMillis = 600_000;
/** The clocks differ, and the queue accepts a hook a little after it arrives. */
const marginMillis = 30_000;

/**
 * A late message shows its time if a later message of its chat has already gone out. "Gone out"
 * means: recorded as sent before the late message's attempt began. While an earlier send may have succeeded,
 * the attempt repeats it as it was, so it keeps the order that was recorded before that send. A redrive
 * checks the order again.
 */
export function untimely(evidence: Evidence): Violation[] {
  const { world, showings } = evidence;
  const ledger = world.history.of("ledger");
  const sentAt = new Map<string, number>();
  const checkedAt = new Map<string, number>();
  const foundAt = new Map<string, number>();
  for (const { operation, eventId, owner, before, after, atMillis } of ledger) {
    if (after?.state === "sent") sentAt.set(eventId, atMillis);
    if (checksOf(after) > checksOf(before)) foundAt.set(eventId, atMillis);
    if (operation !== "claim") continue;
    if (before?.state === "parked") foundAt.delete(eventId);
    const isRepeat = (after?.ambiguous ?? 0) > 0;
    checkedAt.set(owner, (isRepeat ? foundAt.get(eventId) : undefined) ?? atMillis);
  }
  return showings.flatMap(({ hook, call, marks, isLate }) => {
    if (hook === undefined || call.attempt === undefined) return [];
    if (!isLate) return untimelyInOrder({ hook, call, marks }, evidence);
    const checked = checkedAt.get(call.attempt.owner) ?? 0;
    const isOutOfOrder = world.amocrmSide.hooks.some(
      ({ kind, chat, eventId, writtenAtMillis }) =>
        kind === "operator" &&
        chat === hook.chat &&
        writtenAtMillis > hook.writtenAtMillis &&
        (sentAt.get(eventId) ?? Number.POSITIVE_INFINITY) < checked,
    );
    const isFirst = marks[0]?.endsWith("/0") === true;
    if (!isOutOfOrder || !isFirst || saysTime(call, evidence)) return [];
    const what = "a late message was shown after a later one without its time";
    return [{ rule: "late and silent", about: hook.eventId, what }];
  });
}

function checksOf(entry: LedgerEntry | undefined): number {
  return entry?.steps.filter(({ step }) => step === "check-order").length ?? 0;
}

/** A message in order shows its time if its hook took too long, and only then. */
function untimelyInOrder(
  { hook, call, marks }: Pick<Showing, "hook" | "call" | "marks">,
  evidence: Evidence,
): Violation[] {
  const isFirst = marks[0]?.endsWith("/0") === true;
  const queued = evidence.world.history
    .of("queued")
    .find(({ eventId, isNew }) => eventId === hook?.eventId && isNew);
  if (hook === undefined || queued === undefined || !isFirst) return [];
  const tookMillis = queued.atMillis - hook.writtenAtMillis;
  if (Math.abs(tookMillis - lateMillis) < marginMillis) return [];
  const hasTime = saysTime(call, evidence);
  if (hasTime === tookMillis > lateMillis) return [];
  const what = `its hook took ${tookMillis} ms, and it ${hasTime ? "says" : "does not say"} its time`;
  return [{ rule: "late and silent", about: hook.eventId, what }];
}

/**
 * If a text leaves no room for its time, the time is in an earlier message, maybe of an earlier
 * attempt.
 */
function saysTime({ attempt: of, order: last }: CallFact, { calls }: Evidence): boolean {
  return calls.some(
    ({ attempt, text, applied, order }) =>
      attempt?.eventId === of?.eventId &&
      text?.startsWith("[written ") === true &&
      applied &&
      order <= last,
  );
}

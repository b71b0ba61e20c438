import type { CallFact, Recorded } from "../world/history.ts";
import { marksIn } from "../world/plan.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Messages that were shown more than once, and which of these repeats are violations. */
export type Duplicates = {
  readonly violations: readonly Violation[];
  readonly duplicates: number;
  readonly ambiguous: number;
};

/**
 * Telegram may show a part twice, but not more, if the ledger could not know that the first send
 * succeeded. A person may start a redrive; each redrive counts separately. amoCRM must never show
 * anything twice.
 */
export function duplicates(evidence: Evidence): Duplicates {
  const violations: Violation[] = [];
  let count = 0;
  const sends = evidence.showings.filter(({ hook }) => hook !== undefined);
  for (const [key, shown] of Map.groupBy(
    sends,
    ({ marks, hook }) => `${hook?.eventId} ${marks[0]}`,
  )) {
    const [about = ""] = key.split(" ");
    const rounds = Map.groupBy(shown, ({ call }) => call.attempt?.redrive ?? 0);
    count += shown.length - 1;
    for (const [, round] of rounds) {
      if (round.length > 2) {
        violations.push({
          rule: "duplicate",
          about,
          what: `a part was shown ${round.length} times`,
        });
      }
    }
    for (const { call } of shown.slice(0, -1)) {
      if (isSettled(call, evidence.facts)) {
        const what = "a part was repeated though it was recorded as sent";
        violations.push({ rule: "duplicate", about, what });
      } else if (!mayBeUnknown(call, evidence.facts)) {
        const what = "repeated though its attempt was alive and had the vendor's success answer";
        violations.push({ rule: "duplicate", about, what });
      }
    }
  }
  return {
    violations: [...violations, ...inAmocrm(evidence)],
    duplicates: count,
    ambiguous: ambiguousSends(evidence),
  };
}

/** Sends to Telegram whose outcome the ledger never recorded. */
function ambiguousSends({ calls, facts }: Evidence): number {
  return calls.filter(
    (call) =>
      call.method === "sendMessage" &&
      (call.answeredAtMillis === undefined ||
        (call.applied && !isSettled(call, facts) && !isUntracked(call))),
  ).length;
}

/** The bot's own messages have no parts to count. */
function isUntracked({ attempt }: CallFact): boolean {
  return attempt?.direction !== "to-telegram";
}

/**
 * True if no answer came, or the attempt died or could not write before it recorded the success.
 */
function mayBeUnknown(
  { answeredAtMillis, attempt }: CallFact,
  facts: readonly Recorded[],
): boolean {
  if (answeredAtMillis === undefined) return true;
  return facts.some(
    (fact) => (fact.kind === "died" || fact.kind === "refused") && fact.owner === attempt?.owner,
  );
}

/** True if the attempt that made the call recorded its success. */
function isSettled(call: CallFact, facts: readonly Recorded[]): boolean {
  const index = facts.indexOf(call as CallFact & Recorded);
  for (const fact of facts.slice(index + 1)) {
    if (
      fact.kind === "call" &&
      fact.method === "sendMessage" &&
      fact.attempt?.owner === call.attempt?.owner
    )
      return false;
    if (fact.kind !== "ledger" || fact.owner !== call.attempt?.owner) continue;
    if (fact.operation === "commitSteps" || fact.operation === "finish") return true;
  }
  return false;
}

function inAmocrm({ world }: Evidence): Violation[] {
  const first = world.amocrm.appeared.filter(
    ({ isEdit, text }) => !isEdit && marksIn(text).length > 0,
  );
  const found: Violation[] = [];
  for (const [text, alike] of Map.groupBy(first, ({ text }) => text)) {
    if (alike.length === 1) continue;
    const about = alike[0]?.conversationId ?? "";
    found.push({ rule: "duplicate", about, what: `amoCRM shows ${text} ${alike.length} times` });
  }
  return found;
}

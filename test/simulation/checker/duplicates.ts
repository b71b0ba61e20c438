import type { CallFact, Recorded } from "../world/history.ts";
import { marksIn } from "../world/plan.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** What was shown more than once, and what of that was not allowed. */
export type Duplicates = {
  readonly violations: readonly Violation[];
  readonly duplicates: number;
  readonly ambiguous: number;
};

/**
 * Towards Telegram a part may be shown twice, and no oftener, where the ledger could not know that
 * the first sending had succeeded; each redrive, which a person asks for, counts anew. Towards
 * amoCRM nothing may ever be shown twice.
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
        const what = "a part known to be through was repeated";
        violations.push({ rule: "duplicate", about, what });
      } else if (!mayBeUnknown(call, evidence.facts)) {
        const what = "repeated though its attempt lived, and had the vendor's yes";
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

/** Sendings to Telegram whose outcome the ledger never learned. */
function ambiguousSends({ calls, facts }: Evidence): number {
  return calls.filter(
    (call) =>
      call.method === "sendMessage" &&
      (call.answeredAtMillis === undefined ||
        (call.applied && !isSettled(call, facts) && !isUntracked(call))),
  ).length;
}

/** The bot's own lines have no part of their own to be counted. */
function isUntracked({ attempt }: CallFact): boolean {
  return attempt?.direction !== "to-telegram";
}

/** No answer came, or the attempt died or could not write before it recorded the yes. */
function mayBeUnknown(
  { answeredAtMillis, attempt }: CallFact,
  facts: readonly Recorded[],
): boolean {
  if (answeredAtMillis === undefined) return true;
  return facts.some(
    (fact) => (fact.kind === "died" || fact.kind === "refused") && fact.owner === attempt?.owner,
  );
}

/** Did the attempt that made the call record its success? */
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

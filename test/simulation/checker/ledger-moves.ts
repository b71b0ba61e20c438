import { isDeepStrictEqual } from "node:util";
import type { LedgerEntry } from "../../../lambdas/model/ledger.ts";
import type { Evidence, Violation } from "./evidence.ts";

const next: Readonly<Record<LedgerEntry["state"], readonly LedgerEntry["state"][]>> = {
  sending: ["sending", "waiting", "sent", "ignored", "parked"],
  waiting: ["sending"],
  sent: [],
  ignored: [],
  // Only a redrive with a higher number may claim a parked event.
  parked: ["sending"],
};

/** States only move forward. A delivered event stays delivered. */
export function backwardMoves({ world }: Evidence): Violation[] {
  return world.history.of("ledger").flatMap(({ before, after, eventId, operation }) => {
    const move = `${before?.state} to ${after?.state} by ${operation}`;
    const wrong = (what: string) => [{ rule: "ledger", about: eventId, what: `${what}: ${move}` }];
    if (after === undefined) return wrong("an entry disappeared");
    if (before === undefined) return after.state === "sending" ? [] : wrong("no claim");
    if (!next[before.state].includes(after.state)) return wrong("backward");
    if (before.state === "parked" && (after.redrive ?? 0) <= (before.redrive ?? 0)) {
      return wrong("claimed without a redrive");
    }
    const isSame = before.steps.every((step, index) => isDeepStrictEqual(after.steps[index], step));
    return isSame ? [] : wrong("a recorded step was lost");
  });
}

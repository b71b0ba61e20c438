import type { World } from "../world/world.ts";
import { lostEvents } from "./delivered.ts";
import { duplicates } from "./duplicates.ts";
import { evidenceOf } from "./evidence.ts";
import type { Violation } from "./evidence.ts";
import { refusals } from "./ingest.ts";
import { backwardMoves } from "./ledger-moves.ts";
import { inversions, lateOnes } from "./order.ts";
import { botAsCustomer, filesGivenUp } from "./of-no-customer.ts";
import { strayLeads } from "./leads.ts";
import { strayNumbers, swappedContacts } from "./numbers.ts";
import { misplaced } from "./places.ts";
import { wrongReach } from "./reachability.ts";
import { missingReplies } from "./transcripts.ts";
import { untruths } from "./truth.ts";
import { unowed } from "./unowed.ts";
import { untimely } from "./late-notes.ts";
import { earlyCalls } from "./waits.ts";

/** Totals over all runs. */
type Counts = {
  readonly lost: number;
  readonly inversions: number;
  readonly late: number;
  readonly duplicates: number;
  readonly ambiguous: number;
};

/** The checker's result for one run. */
export type Verdict = { readonly violations: readonly Violation[]; readonly counts: Counts };

/** Checks the recorded history and the vendors' own records against the promises. */
export async function check(world: World, isQuiet: boolean): Promise<Verdict> {
  const evidence = evidenceOf(world);
  const lost = lostEvents(evidence);
  const inverted = inversions(evidence);
  const repeated = duplicates(evidence);
  const violations: Violation[] = [
    ...lost,
    ...inverted,
    ...repeated.violations,
    ...earlyCalls(evidence),
    ...backwardMoves(evidence),
    ...untruths(evidence),
    ...unowed(evidence),
    ...misplaced(evidence),
    ...untimely(evidence),
    ...(await wrongReach(evidence)),
    ...missingReplies(evidence),
    ...strayLeads(evidence),
    ...strayNumbers(evidence),
    ...swappedContacts(evidence),
    ...refusals(evidence),
    ...botAsCustomer(evidence),
    ...filesGivenUp(evidence),
    ...deadLetters(world),
    ...(isQuiet
      ? []
      : [{ rule: "restless", about: "", what: "still busy long after the faults ended" }]),
  ];
  return {
    violations,
    counts: {
      lost: lost.length,
      inversions: inverted.length,
      late: lateOnes(evidence),
      duplicates: repeated.duplicates,
      ambiguous: repeated.ambiguous,
    },
  };
}

/**
 * The sender parks events that it refuses. Only an event that the sender never received may become
 * a dead letter.
 */
function deadLetters({ queues }: World): Violation[] {
  return Object.values(queues).flatMap((queue) =>
    queue.deadLetters.map(({ deduplicationId }) => ({
      rule: "dead letter",
      about: deduplicationId,
      what: "ended in a dead-letter queue",
    })),
  );
}

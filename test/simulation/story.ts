import type { Run } from "./run-seed.ts";
import type { Recorded } from "./world/history.ts";
import { startMillis } from "./world/names.ts";

/** What happened in a run, one line per fact, to help find a cause. */
export function story({ world, verdict }: Run): string {
  const faults = world.windows.map(
    ({ kind, fromMillis, untilMillis, chance, seconds }) =>
      `  ${clock(fromMillis)}..${clock(untilMillis)} ${kind} ${chance.toFixed(2)} ${seconds} s`,
  );
  const lines = world.history.facts.map(
    (fact) => `${clock(fact.atMillis)} ${fact.sandbox.padEnd(18)} ${lineOf(fact)}`,
  );
  const broken = verdict.violations.map(({ rule, about, what }) => `${rule}: ${about}: ${what}`);
  return [...faults, ...lines, ...broken, ""].join("\n");
}

function clock(atMillis: number): string {
  return ((atMillis - startMillis) / 1000).toFixed(3).padStart(9);
}

function lineOf(fact: Recorded): string {
  switch (fact.kind) {
    case "call": {
      const { vendor, method, conversationId, text = "", status, applied, attempt } = fact;
      const answered = fact.answeredAtMillis === undefined ? "unanswered" : `answered ${status}`;
      const wait = fact.retryAfterSeconds === undefined ? "" : ` wait ${fact.retryAfterSeconds}`;
      const about = `${conversationId ?? ""} ${text.slice(0, 30)}`;
      return `call ${vendor} ${method} ${about} ${answered}${wait} ${applied ? "applied" : ""} ${attempt?.eventId ?? ""}`;
    }
    case "queued":
      return `queued ${fact.direction} ${fact.eventId} in ${fact.group} ${fact.late ?? ""} ${fact.isNew ? "" : "known"}`;
    case "ingested":
      return `ingested ${fact.source} ${fact.what} ${fact.status}`;
    case "ledger": {
      const { operation, eventId, owner, before, after } = fact;
      const steps = `${after?.steps.length} steps, ambiguous ${after?.ambiguous}`;
      return `ledger ${operation} ${eventId} ${before?.state} > ${after?.state} (${steps}) ${owner}`;
    }
    case "log":
      return `log ${fact.level} ${fact.fact} ${JSON.stringify(fact.fields)}`;
    case "died":
      return `died ${fact.owner} ${fact.how}`;
    case "refused":
      return `refused ${fact.owner} ${fact.step}`;
    case "world":
      return fact.what;
  }
}

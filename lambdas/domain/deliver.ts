import type { ActivityNote } from "../model/activity.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import { partAfter } from "./delivery.ts";
import type {
  Attempt,
  DeliverDependencies,
  Ended,
  Job,
  Part,
  PartsWork,
  Verdict,
  Work,
} from "./delivery.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LogFields } from "../ports/logger.ts";
import { forgetParkedBody } from "./parked-body.ts";
import { leastWaitSeconds } from "./retry.ts";
import { again, factsOf, park, reasonOf, settle } from "./settle.ts";

/** A vendor call's patience with a margin: a part is not begun when less is left. */
const partMillis = 12_000;

/**
 * Makes one attempt at one event: claim it in the ledger, send what is not through yet part by
 * part, record each outcome, tell the operator. Throws only when the ledger or the telling fails:
 * then the lease runs out, and the next attempt takes the part in hand for one of unknown outcome.
 */
export async function deliver(attempt: Attempt, deps: DeliverDependencies): Promise<Verdict> {
  const elsewhere = await deps.regroup?.(attempt);
  if (elsewhere !== undefined) return elsewhere;
  deps.readAhead?.(attempt);
  const pausedUntilMillis = await deps.pauses.untilMillis(attempt.direction);
  const pausedSeconds = (pausedUntilMillis - deps.now()) / 1000;
  if (pausedSeconds > 0) {
    return again(Math.max(pausedSeconds, leastWaitSeconds({ ...attempt, nowMillis: deps.now() })));
  }

  const active = noteOf(attempt, deps);
  const claim = await deps.ledger.claim({
    id: attempt.id,
    owner: attempt.owner,
    direction: attempt.direction,
    nowMillis: deps.now(),
    leaseUntilMillis: deps.now() + deps.leaseMillis,
    redrive: attempt.envelope?.redrive ?? 0,
    ...(active === undefined ? {} : { active }),
  });
  // Not before: a claim that was refused has noted nothing.
  if (claim.kind === "claimed" && active !== undefined) deps.activity.noted(active);
  if (claim.kind === "later") return again((claim.untilMillis - deps.now()) / 1000);

  if (claim.kind === "finished" && claim.entry.state === "parked") {
    // The attempt that parked it may have died before it could say so.
    const { reason } = claim.entry;
    deps.logger.error("DeliveryParked", { ...factsOf(attempt), reason, again: true });
  }
  let job: Job;
  try {
    job = await deps.jobFor(attempt);
  } catch (error) {
    if (claim.kind === "finished") {
      // Its body went when all was said of it.
      if (error instanceof PermanentFailure) return { kind: "done" };
      throw error;
    }
    const settled = await settle(error, claim.entry, attempt, deps);
    return settled.verdict ?? { kind: "done" };
  }
  const ended: Ended =
    claim.kind === "finished"
      ? { entry: claim.entry }
      : await carryOut(job, claim.entry, attempt, deps);
  if (ended.verdict !== undefined) return ended.verdict;
  if (job.tell !== undefined && ended.entry.state !== "ignored") {
    const isRepeat = claim.kind === "finished";
    await deps.tell(job.tell, ended.entry, attempt, isRepeat, job.leftOut);
  }
  await forgetParkedBody(attempt, ended.entry, deps.bodies);
  return { kind: "done" };
}

/** What somebody outside wrote makes their conversation active; what we ask of ourselves does not. */
function noteOf(
  { envelope, group }: Attempt,
  { activity, now }: DeliverDependencies,
): ActivityNote | undefined {
  const isOurs = envelope === undefined || envelope.source === "bridge";
  return isOurs ? undefined : activity.due(group, now());
}

async function carryOut(
  job: Job,
  claimed: LedgerEntry,
  attempt: Attempt,
  deps: DeliverDependencies,
): Promise<Ended> {
  const { ledger, logger, now } = deps;
  let work: Work;
  try {
    work = await job.work(claimed);
  } catch (error) {
    return settle(error, claimed, attempt, deps);
  }
  if (work.kind === "park") {
    return park(new PermanentFailure(work.reason, work.detail), claimed, attempt, deps);
  }
  if (work.kind === "ignore") {
    await ledger.finish(claimed.id, attempt.owner, { state: "ignored", nowMillis: now() });
    logger.info("EventIgnored", { ...factsOf(attempt), reason: work.reason });
    return { entry: { ...claimed, state: "ignored" } };
  }
  let entry = claimed;
  while (entry.state === "sending") {
    const part = partAfter(work, entry.parts);
    if (now() + (part?.patienceMillis ?? partMillis) > attempt.deadlineMillis) {
      const { attempts, ambiguous } = entry;
      const pause = { notBeforeMillis: now(), attempts, ambiguous, reason: "deadline" };
      await ledger.release(entry.id, attempt.owner, pause);
      return { entry, verdict: again(0) };
    }
    // An earlier version of this code may have sent more parts than this one would.
    if (part === undefined) {
      await ledger.finish(entry.id, attempt.owner, { state: "sent", nowMillis: now() });
      return { entry: { ...entry, state: "sent" } };
    }
    const outcome = await sendPart(part, entry, attempt, deps);
    if (outcome.kind === "failed") return settle(outcome.error, entry, attempt, deps);
    entry = await commit(outcome.partId, work, entry, attempt, deps);
  }
  logger.info("DeliverySent", { ...factsOf(attempt), ...timeOf(attempt, job, now()) });
  return { entry };
}

/** How long it took in order; what is late by its nature, or of our own asking, has no such time. */
function timeOf({ envelope, acceptedAtMillis }: Attempt, job: Job, nowMillis: number): LogFields {
  const late = envelope?.late ?? job.late;
  if (late !== undefined) return { late };
  if (envelope?.source === "bridge") return {};
  const latencyMillis = nowMillis - (envelope?.receivedAtMillis ?? acceptedAtMillis);
  // Of two clocks: a negative one would take the percentiles from all that are read beside it.
  return { latencyMillis: Math.max(0, latencyMillis) };
}

/** The last part and the end of the event are recorded in one write. */
async function commit(
  partId: string,
  work: PartsWork,
  entry: LedgerEntry,
  attempt: Attempt,
  { ledger, now }: DeliverDependencies,
): Promise<LedgerEntry> {
  const { troubleSinceMillis: _, ...untroubled } = entry;
  const parts = [...entry.parts, partId];
  if (partAfter(work, parts) !== undefined) {
    await ledger.commitParts(entry.id, attempt.owner, parts);
    return { ...untroubled, parts, ambiguous: 0 };
  }
  await ledger.finish(entry.id, attempt.owner, { state: "sent", parts, nowMillis: now() });
  return { ...untroubled, parts, ambiguous: 0, state: "sent" };
}

type Outcome =
  | { readonly kind: "through"; readonly partId: string }
  | { readonly kind: "failed"; readonly error: unknown };

async function sendPart(
  part: Part,
  entry: LedgerEntry,
  attempt: Attempt,
  { logger }: DeliverDependencies,
): Promise<Outcome> {
  const fields = { ...factsOf(attempt), part: entry.parts.length };
  try {
    if (part.beforeRepeat !== undefined && entry.ambiguous > 0) {
      if (entry.ambiguous > 1) throw new PermanentFailure("outcome-unknown");
      await harmless(part.beforeRepeat);
      logger.warn("AmbiguousPartRepeated", fields);
    }
    return { kind: "through", partId: await part.send(entry, attempt.deadlineMillis) };
  } catch (error) {
    if (part.skipAfter?.(error, entry) !== true) return { kind: "failed", error };
    logger.warn("OptionalPartSkipped", { ...fields, reason: reasonOf(error) });
    return { kind: "through", partId: "" };
  }
}

/** A call whose lost answer means nothing: the part itself was not sent in it. */
async function harmless(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TransientFailure) || !error.ambiguous) throw error;
    const { message, retryAfterSeconds } = error;
    throw new TransientFailure(message, { retryAfterSeconds, cause: error });
  }
}

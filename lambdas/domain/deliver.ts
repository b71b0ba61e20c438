import type { ActivityNote } from "../model/activity.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import { stepAfter } from "./delivery.ts";
import type {
  Attempt,
  DeliverDependencies,
  Ended,
  Job,
  Step,
  StepsWork,
  Verdict,
  Work,
} from "./delivery.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LogFields } from "../ports/logger.ts";
import { forgetParkedBody } from "./parked-body.ts";
import { leastWaitSeconds } from "./retry.ts";
import { again, factsOf, park, reasonOf, settle } from "./settle.ts";

/** A vendor call's time limit with a margin: a step is not begun when less is left. */
const stepMillis = 12_000;

/**
 * Makes one attempt at one event: claims it in the ledger, does what is not done yet step by step,
 * records each step, reports to the operator. Throws only when the ledger or the report fails: then the
 * lease runs out, and for the next attempt the outcome of the step in hand is unknown.
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
    const step = stepAfter(work, entry.steps);
    if (now() + (step?.patienceMillis ?? stepMillis) > attempt.deadlineMillis) {
      const { attempts, ambiguous } = entry;
      const pause = { notBeforeMillis: now(), attempts, ambiguous, reason: "deadline" };
      await ledger.release(entry.id, attempt.owner, pause);
      return { entry, verdict: again(0) };
    }
    // An earlier version of this code may have done more steps than this one would.
    if (step === undefined) {
      await ledger.finish(entry.id, attempt.owner, { state: "sent", nowMillis: now() });
      return { entry: { ...entry, state: "sent" } };
    }
    const outcome = await tryStep(step, entry, attempt, deps);
    if (outcome.kind === "failed") return settle(outcome.error, entry, attempt, deps);
    entry = await commit(outcome.record, work, entry, attempt, deps);
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

/** The last step and the end of the event are recorded in one write. */
async function commit(
  record: StepRecord,
  work: StepsWork,
  entry: LedgerEntry,
  attempt: Attempt,
  { ledger, now }: DeliverDependencies,
): Promise<LedgerEntry> {
  const { troubleSinceMillis: _, ...untroubled } = entry;
  const steps = [...entry.steps, record];
  if (stepAfter(work, steps) !== undefined) {
    await ledger.commitSteps(entry.id, attempt.owner, steps);
    return { ...untroubled, steps, ambiguous: 0 };
  }
  await ledger.finish(entry.id, attempt.owner, { state: "sent", steps, nowMillis: now() });
  return { ...untroubled, steps, ambiguous: 0, state: "sent" };
}

type Outcome =
  | { readonly kind: "done"; readonly record: StepRecord }
  | { readonly kind: "failed"; readonly error: unknown };

async function tryStep(
  step: Step,
  entry: LedgerEntry,
  attempt: Attempt,
  { logger }: DeliverDependencies,
): Promise<Outcome> {
  const { name } = step;
  const fields = { ...factsOf(attempt), step: name };
  try {
    if (step.beforeRepeat !== undefined && entry.ambiguous > 0) {
      if (entry.ambiguous > 1) throw new PermanentFailure("outcome-unknown");
      await probe(step.beforeRepeat);
      logger.warn("AmbiguousStepRepeated", fields);
    }
    const result = await step.run(entry, attempt.deadlineMillis);
    return { kind: "done", record: { step: name, ...result } };
  } catch (error) {
    if (step.skipAfter?.(error, entry) !== true) return { kind: "failed", error };
    logger.warn("OptionalStepSkipped", { ...fields, reason: reasonOf(error) });
    return { kind: "done", record: { step: name, outcome: "skipped" } };
  }
}

/** A call whose lost answer means nothing: the step itself was not tried in it. */
async function probe(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TransientFailure) || !error.ambiguous) throw error;
    const { message, retryAfterSeconds } = error;
    throw new TransientFailure(message, { retryAfterSeconds, cause: error });
  }
}

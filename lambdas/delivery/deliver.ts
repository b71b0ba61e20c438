import type { ActivityNote } from "../model/conversation.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import { stepAfter } from "./attempt.ts";
import type {
  Attempt,
  DeliverDependencies,
  Ended,
  Job,
  StepContext,
  StepsWork,
  Verdict,
  Work,
} from "./attempt.ts";
import { AttemptConversations } from "./attempt-conversations.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { chatOf } from "../model/ids.ts";
import type { LogFields } from "../model/runtime.ts";
import {
  forgetParkedBody,
  retryAfter,
  factsOf,
  park,
  reasonOf,
  recordFailure,
} from "./record-failure.ts";
import { leastWaitSeconds } from "./retry.ts";
import { failureOf, isSkipped, recipientOf, timeLimitOf } from "./step.ts";
import type { Step } from "./step.ts";

/**
 * Makes one attempt at one event: claims it in the ledger, does what is not done yet step by step,
 * records each step, reports to the operator. Throws only when the ledger or the report fails: then the
 * lease runs out, and for the next attempt the outcome of the step in hand is unknown.
 */
export async function deliver(attempt: Attempt, deps: DeliverDependencies): Promise<Verdict> {
  const { stores, work } = deps;
  const regrouped = await work.regroup?.(attempt);
  if (regrouped !== undefined) return regrouped;
  const conversations = new AttemptConversations(stores.conversations);
  if (chatOf(attempt.group) !== undefined) {
    // Read while the event is claimed. Who needs it finds it, or its failure.
    const mayBeStale = work.mayReadStale(attempt);
    conversations.find(attempt.group, { mayBeStale }).catch(() => undefined);
  }
  const pausedUntilMillis = await stores.pauses.untilMillis(attempt.direction);
  const pausedSeconds = (pausedUntilMillis - deps.now()) / 1000;
  if (pausedSeconds > 0) {
    return retryAfter(
      Math.max(pausedSeconds, leastWaitSeconds({ ...attempt, nowMillis: deps.now() })),
    );
  }

  const active = noteOf(attempt, deps);
  const claim = await stores.ledger.claim({
    id: attempt.id,
    owner: attempt.owner,
    direction: attempt.direction,
    nowMillis: deps.now(),
    leaseUntilMillis: deps.now() + deps.leaseMillis,
    redrive: attempt.envelope?.redrive ?? 0,
    ...(active === undefined ? {} : { active }),
  });
  // Not before: a claim that was refused has noted nothing.
  if (claim.kind === "claimed" && active !== undefined) stores.activity.noted(active);
  if (claim.kind === "later") return retryAfter((claim.untilMillis - deps.now()) / 1000);

  if (claim.kind === "finished" && claim.entry.state === "parked") {
    // The attempt that parked it may have died before it could say so.
    const { reason } = claim.entry;
    deps.logger.error("DeliveryParked", { ...factsOf(attempt), reason, again: true });
  }
  let job: Job;
  try {
    job = await work.jobFor(attempt, conversations);
  } catch (error) {
    if (claim.kind === "finished") {
      // Its body went when all was said of it.
      if (error instanceof PermanentFailure) return { kind: "done" };
      throw error;
    }
    const recorded = await recordFailure(error, claim.entry, attempt, conversations, deps);
    return recorded.verdict ?? { kind: "done" };
  }
  const ended: Ended =
    claim.kind === "finished"
      ? { entry: claim.entry }
      : await carryOut(job, claim.entry, attempt, conversations, deps);
  if (ended.verdict !== undefined) return ended.verdict;
  if (job.tell !== undefined && ended.entry.state !== "ignored") {
    const isRepeat = claim.kind === "finished";
    const { tell: amocrmMessageId, leftOut } = job;
    const end = { amocrmMessageId, entry: ended.entry, isRepeat, leftOut };
    await work.tell(end, attempt, conversations);
  }
  await forgetParkedBody(attempt, ended.entry, stores.bodies);
  return { kind: "done" };
}

/** What somebody outside wrote makes their conversation active; what we ask of ourselves does not. */
function noteOf(
  { envelope, group }: Attempt,
  { stores, now }: DeliverDependencies,
): ActivityNote | undefined {
  const isOurs = envelope === undefined || envelope.source === "bridge";
  return isOurs ? undefined : stores.activity.due(group, now());
}

async function carryOut(
  job: Job,
  claimed: LedgerEntry,
  attempt: Attempt,
  conversations: AttemptConversations,
  deps: DeliverDependencies,
): Promise<Ended> {
  const { logger, now } = deps;
  const { ledger } = deps.stores;
  let isFirst = true;
  let work: Work;
  try {
    work = await job.work(claimed);
  } catch (error) {
    return recordFailure(error, claimed, attempt, conversations, deps);
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
    if (now() + timeLimitOf(step) > attempt.deadlineMillis) {
      const { attempts, ambiguous } = entry;
      const pause = { notBeforeMillis: now(), attempts, ambiguous, reason: "deadline" };
      await ledger.release(entry.id, attempt.owner, pause);
      return { entry, verdict: retryAfter(0) };
    }
    // An earlier version of this code may have done more steps than this one would.
    if (step === undefined) {
      await ledger.finish(entry.id, attempt.owner, { state: "sent", nowMillis: now() });
      return { entry: { ...entry, state: "sent" } };
    }
    const { deadlineMillis } = attempt;
    const context = { entry, deadlineMillis, conversations, isFirst };
    const outcome = await tryStep(step, context, attempt, deps);
    if (outcome.kind === "failed") {
      return recordFailure(outcome.error, entry, attempt, conversations, deps);
    }
    isFirst = false;
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
  { stores, now }: DeliverDependencies,
): Promise<LedgerEntry> {
  const { troubleSinceMillis: _, ...untroubled } = entry;
  const steps = [...entry.steps, record];
  if (stepAfter(work, steps) !== undefined) {
    await stores.ledger.commitSteps(entry.id, attempt.owner, steps);
    return { ...untroubled, steps, ambiguous: 0 };
  }
  await stores.ledger.finish(entry.id, attempt.owner, { state: "sent", steps, nowMillis: now() });
  return { ...untroubled, steps, ambiguous: 0, state: "sent" };
}

type Outcome =
  | { readonly kind: "done"; readonly record: StepRecord }
  | { readonly kind: "failed"; readonly error: unknown };

async function tryStep(
  step: Step,
  context: StepContext,
  attempt: Attempt,
  { work, logger }: DeliverDependencies,
): Promise<Outcome> {
  const { name } = step;
  const { entry } = context;
  const fields = { ...factsOf(attempt), step: name };
  try {
    if (recipientOf(step) !== undefined && entry.ambiguous > 0) {
      if (entry.ambiguous > 1) throw new PermanentFailure("outcome-unknown");
      await unambiguously(() => work.probe(step, context));
      logger.warn("AmbiguousStepRepeated", fields);
    }
    const result = await work.carryOut(step, context);
    return { kind: "done", record: { step: name, ...result } };
  } catch (error) {
    if (!isSkipped(step.skip, error, entry)) {
      return { kind: "failed", error: failureOf(step.skip, error) };
    }
    logger.warn("OptionalStepSkipped", { ...fields, reason: reasonOf(error) });
    return { kind: "done", record: { step: name, outcome: "skipped" } };
  }
}

/** A call whose lost answer means nothing: the step itself was not tried in it. */
async function unambiguously(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TransientFailure) || !error.ambiguous) throw error;
    const { message, retryAfterSeconds, source } = error;
    throw new TransientFailure(message, { retryAfterSeconds, source, cause: error });
  }
}

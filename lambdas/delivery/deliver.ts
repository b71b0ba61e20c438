import type { ActivityNote } from "../model/conversation.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import { stepAfter } from "./attempt.ts";
import type {
  Attempt,
  DeliverDependencies,
  AttemptResult,
  RoutedEvent,
  StepContext,
  StepsDecision,
  Verdict,
  Decision,
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
 * Makes one attempt at one event. It claims the event in the ledger, carries out the steps that are not done
 * yet, records each step, and reports to the operator. It throws only when the ledger or the report fails.
 * Then the lease runs out, and the next attempt finds the current step with an ambiguous outcome.
 */
export async function deliver(attempt: Attempt, deps: DeliverDependencies): Promise<Verdict> {
  const { stores, actions } = deps;
  const regrouped = await actions.regroup?.(attempt);
  if (regrouped !== undefined) return regrouped;
  const conversations = new AttemptConversations(stores.conversations);
  if (chatOf(attempt.group) !== undefined) {
    // This read runs during the claim. A later `find` gets its result, or its failure.
    const mayBeStale = actions.mayReadStale(attempt);
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
  // Only after the claim: a refused claim has written no note.
  if (claim.kind === "claimed" && active !== undefined) stores.activity.noted(active);
  if (claim.kind === "later") return retryAfter((claim.untilMillis - deps.now()) / 1000);

  if (claim.kind === "finished" && claim.entry.state === "parked") {
    // The attempt that parked the event may have died before it wrote this line.
    const { reason } = claim.entry;
    deps.logger.error("DeliveryParked", { ...factsOf(attempt), reason, again: true });
  }
  let event: RoutedEvent;
  try {
    event = await actions.route(attempt, conversations);
  } catch (error) {
    if (claim.kind === "finished") {
      // The bridge removes a body only after the report. Nothing is left to do.
      if (error instanceof PermanentFailure) return { kind: "done" };
      throw error;
    }
    const recorded = await recordFailure(error, claim.entry, attempt, conversations, deps);
    return recorded.verdict ?? { kind: "done" };
  }
  const ended: AttemptResult =
    claim.kind === "finished"
      ? { entry: claim.entry }
      : await carryOut(event, claim.entry, attempt, conversations, deps);
  if (ended.verdict !== undefined) return ended.verdict;
  if (event.reportTo !== undefined && ended.entry.state !== "ignored") {
    const isRepeat = claim.kind === "finished";
    const { reportTo: amocrmMessageId, leftOut, writesFirstIn } = event;
    const end = { amocrmMessageId, entry: ended.entry, isRepeat, leftOut, writesFirstIn };
    await actions.reportOutcome(end, attempt, conversations);
  }
  await forgetParkedBody(attempt, ended.entry, stores.bodies);
  return { kind: "done" };
}

/** An event from outside makes its conversation active. A request of the bridge itself does not. */
function noteOf(
  { envelope, group }: Attempt,
  { stores, now }: DeliverDependencies,
): ActivityNote | undefined {
  const isOurs = envelope === undefined || envelope.source === "bridge";
  return isOurs ? undefined : stores.activity.due(group, now());
}

async function carryOut(
  event: RoutedEvent,
  claimed: LedgerEntry,
  attempt: Attempt,
  conversations: AttemptConversations,
  deps: DeliverDependencies,
): Promise<AttemptResult> {
  const { logger, now } = deps;
  const { ledger } = deps.stores;
  let isFirst = true;
  let decision: Decision;
  try {
    decision = await event.decide(claimed);
  } catch (error) {
    return recordFailure(error, claimed, attempt, conversations, deps);
  }
  if (decision.kind === "park") {
    return park(new PermanentFailure(decision.reason, decision.detail), claimed, attempt, deps);
  }
  if (decision.kind === "ignore") {
    await ledger.finish(claimed.id, attempt.owner, { state: "ignored", nowMillis: now() });
    logger.info("EventIgnored", { ...factsOf(attempt), reason: decision.reason });
    return { entry: { ...claimed, state: "ignored" } };
  }
  let entry = claimed;
  while (entry.state === "sending") {
    const step = stepAfter(decision, entry.steps);
    if (now() + timeLimitOf(step) > attempt.deadlineMillis) {
      const { attempts, ambiguous } = entry;
      const pause = { notBeforeMillis: now(), attempts, ambiguous, reason: "deadline" };
      await ledger.release(entry.id, attempt.owner, pause);
      return { entry, verdict: retryAfter(0) };
    }
    // An earlier version of this code may have done more steps than this version would.
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
    entry = await commit(outcome.record, decision, entry, attempt, deps);
  }
  logger.info("DeliverySent", { ...factsOf(attempt), ...timeOf(attempt, event, now()) });
  return { entry };
}

/** The latency of an event in order. Late events and the bridge's own requests have no such time. */
function timeOf(
  { envelope, acceptedAtMillis }: Attempt,
  event: RoutedEvent,
  nowMillis: number,
): LogFields {
  const late = envelope?.late ?? event.late;
  if (late !== undefined) return { late };
  if (envelope?.source === "bridge") return {};
  const latencyMillis = nowMillis - (envelope?.receivedAtMillis ?? acceptedAtMillis);
  // The times come from two clocks. A negative value would cost the percentiles of all values read with it.
  return { latencyMillis: Math.max(0, latencyMillis) };
}

/** One write records the last step and the end of the event. */
async function commit(
  record: StepRecord,
  decision: StepsDecision,
  entry: LedgerEntry,
  attempt: Attempt,
  { stores, now }: DeliverDependencies,
): Promise<LedgerEntry> {
  const { troubleSinceMillis: _, ...untroubled } = entry;
  const steps = [...entry.steps, record];
  if (stepAfter(decision, steps) !== undefined) {
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
  { actions, logger }: DeliverDependencies,
): Promise<Outcome> {
  const { name } = step;
  const { entry } = context;
  const fields = { ...factsOf(attempt), step: name };
  try {
    if (recipientOf(step) !== undefined && entry.ambiguous > 0) {
      if (entry.ambiguous > 1) throw new PermanentFailure("outcome-unknown");
      await unambiguously(() => actions.probe(step, context));
      logger.warn("AmbiguousStepRepeated", fields);
    }
    const result = await actions.carryOut(step, context);
    return { kind: "done", record: { step: name, ...result } };
  } catch (error) {
    if (!isSkipped(step.skip, error, entry)) {
      return { kind: "failed", error: failureOf(step.skip, error) };
    }
    logger.warn("OptionalStepSkipped", { ...fields, reason: reasonOf(error) });
    return { kind: "done", record: { step: name, outcome: "skipped" } };
  }
}

/** Makes a call that does not try the step itself, so a lost answer is no ambiguous outcome of the step. */
async function unambiguously(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TransientFailure) || !error.ambiguous) throw error;
    const { message, retryAfterSeconds, source } = error;
    throw new TransientFailure(message, { retryAfterSeconds, source, cause: error });
  }
}

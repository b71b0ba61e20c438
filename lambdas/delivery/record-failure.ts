import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { LogFields } from "../model/runtime.ts";
import type { AttemptConversations } from "./attempt-conversations.ts";
import type { Attempt, DeliverDependencies, AttemptResult, Verdict } from "./attempt.ts";
import { decideRetry } from "./retry.ts";
import type { Envelope } from "../model/envelope.ts";
import type { BodyStore } from "../model/stores.ts";

/** Records a failed attempt: releases the event for a retry, or parks it with its reason. */
export async function recordFailure(
  error: unknown,
  entry: LedgerEntry,
  attempt: Attempt,
  conversations: AttemptConversations,
  deps: DeliverDependencies,
): Promise<AttemptResult> {
  if (error instanceof PermanentFailure) return park(error, entry, attempt, deps);

  // An unknown error deserves a retry.
  const failure = error instanceof TransientFailure ? error : new TransientFailure(reasonOf(error));
  const ambiguous = entry.ambiguous + (failure.ambiguous ? 1 : 0);
  // Toward amoCRM a repeat is harmless, so a retry soon settles an ambiguous outcome there.
  const mayHaveArrived = ambiguous > 0 && attempt.direction === "to-telegram";
  if (failure.ambiguous && ambiguous > 1 && mayHaveArrived) {
    return park(new PermanentFailure("outcome-unknown", failure.message), entry, attempt, deps);
  }
  if (isRefusedBy(failure, entry)) {
    const refusal = new PermanentFailure("refused-by-telegram", failure.message);
    return park(refusal, entry, attempt, deps);
  }
  const nowMillis = deps.now();
  const decision = decideRetry(failure, {
    direction: attempt.direction,
    attempts: entry.attempts,
    acceptedAtMillis: attempt.acceptedAtMillis,
    nowMillis,
    receiveCount: attempt.receiveCount,
    random: deps.random(),
  });
  if (decision.kind === "give-up") {
    const reason = mayHaveArrived ? "outcome-unknown" : "gave-up";
    return park(new PermanentFailure(reason, failure.message), entry, attempt, deps);
  }
  const { afterSeconds, attempts } = decision;
  await recordLimit(failure, attempt, deps);
  await deps.stores.ledger.release(entry.id, attempt.owner, {
    notBeforeMillis: nowMillis + afterSeconds * 1000,
    attempts,
    ambiguous,
    reason: failure.message,
    ...(failure.mostMillis === undefined
      ? {}
      : { troubleSinceMillis: entry.troubleSinceMillis ?? nowMillis }),
  });
  const fields = { ...factsOf(attempt), ...failureFields(failure), afterSeconds };
  if (failure.needsPerson) deps.logger.error("DeliveryDeferred", fields);
  else deps.logger.warn("DeliveryDeferred", fields);
  await noteFailure(failure, attempt, deps);
  try {
    if (attempt.direction === "to-amocrm")
      await deps.actions.whileWaiting?.(attempt, conversations);
  } catch (cause) {
    deps.logger.warn("OutageNoticeFailed", { ...factsOf(attempt), reason: reasonOf(cause) });
  }
  return { entry, verdict: retryAfter(afterSeconds) };
}

/** For people only, so the delivery goes on without it. */
async function noteFailure(
  { message: reason, source }: TransientFailure,
  attempt: Attempt,
  { stores, logger, now }: DeliverDependencies,
): Promise<void> {
  const { id: eventId, direction } = attempt;
  const kind = source === undefined ? {} : { kind: source.kind };
  try {
    await stores.failedAttempts.note(direction, { eventId, atMillis: now(), reason, ...kind });
  } catch (cause) {
    logger.warn("FailedAttemptNotNoted", { ...factsOf(attempt), reason: reasonOf(cause) });
  }
}

/** True when the event has met so many failures that this failure counts as a refusal. */
export function isRefusedBy(
  { mostAttempts = Number.POSITIVE_INFINITY }: TransientFailure,
  { attempts }: LedgerEntry,
): boolean {
  return attempts >= mostAttempts;
}

/** Tells the other sandboxes that a vendor limits our calls or does not answer. */
async function recordLimit(
  { ambiguous, isLimit, retryAfterSeconds }: TransientFailure,
  { direction, group }: Attempt,
  { stores, now }: DeliverDependencies,
): Promise<void> {
  if (!isLimit && !ambiguous) return;
  const kind = isLimit ? "limit" : "timeout";
  const retryAfterMillis = (retryAfterSeconds ?? 0) * 1000;
  await stores.pauses.record(direction, { kind, atMillis: now(), group }, retryAfterMillis);
}

/** Parks the event with the queue's message, until a person redrives or discards it. */
export async function park(
  failure: PermanentFailure,
  entry: LedgerEntry,
  attempt: Attempt,
  { stores, logger, now }: DeliverDependencies,
): Promise<AttemptResult> {
  const { reason, message: detail } = failure;
  const receivedAtMillis = attempt.envelope?.receivedAtMillis ?? attempt.acceptedAtMillis;
  const message = await messageToKeep(attempt, stores.bodies);
  const parking = { reason, detail, message, receivedAtMillis, nowMillis: now() };
  await stores.ledger.park(entry.id, attempt.owner, parking);
  logger.error("DeliveryParked", { ...factsOf(attempt), reason });
  return { entry: { ...entry, state: "parked", reason } };
}

/** The queue hands the event out again after this many seconds. The chat of the event waits behind it. */
export function retryAfter(afterSeconds: number): Verdict {
  return { kind: "retry", afterSeconds: Math.max(0, Math.ceil(afterSeconds)) };
}

/** The fields of every log line about an attempt. */
export function factsOf({ id, direction, receiveCount }: Attempt) {
  return { eventId: id, direction, receive: receiveCount };
}

/** The log fields of a failure: its reason and its source. Metrics use the source. */
export function failureFields(error: unknown): LogFields {
  const source = error instanceof TransientFailure ? error.source : undefined;
  return { reason: reasonOf(error), ...source };
}

/** A reason that is safe to log: the message of our own failures, and only the class of any other error. */
export function reasonOf(error: unknown): string {
  if (error instanceof PermanentFailure) return error.reason;
  if (error instanceof TransientFailure) return error.message;
  return error instanceof Error ? error.name : typeof error;
}

/** Objects under this prefix do not expire: a parked event waits for a person, however long. */
const prefix = "parked/";
const copyMillis = 10_000;

/** The key of a parked event's body, when the body is too large for the ledger. */
export function parkedKeyOf(eventId: string): string {
  return prefix + eventId;
}

/**
 * The message that the ledger keeps for a parked event. A body in the bucket would expire, so the bridge
 * copies it to a key that does not expire. The message names the copy.
 */
async function messageToKeep(
  { id, envelope, message }: Attempt,
  bodies: BodyStore,
): Promise<string> {
  const key = storedKeyOf(envelope);
  if (envelope === undefined || key === undefined || key.startsWith(prefix)) return message;
  const bytes = await bodies.get(key);
  // The body is gone. The message still shows a person that there was an event.
  if (bytes === undefined) return message;
  const stored = parkedKeyOf(id);
  await bodies.put({ key: stored, bytes }, { timeoutMillis: copyMillis });
  return JSON.stringify({ ...envelope, body: { stored } });
}

/** Removes the copy of the body, when a sender has sent or ignored the event since it was parked. */
export async function forgetParkedBody(
  { envelope }: Attempt,
  { state }: LedgerEntry,
  bodies: BodyStore,
): Promise<void> {
  const key = storedKeyOf(envelope);
  const isOver = state === "sent" || state === "ignored";
  if (isOver && key?.startsWith(prefix) === true) await bodies.remove(key);
}

function storedKeyOf(envelope: Envelope | undefined): string | undefined {
  if (envelope?.v !== 2) return undefined;
  return "stored" in envelope.body ? envelope.body.stored : undefined;
}

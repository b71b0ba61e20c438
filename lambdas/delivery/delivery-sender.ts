import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import middy from "@middy/core";
import { deliver } from "./deliver.ts";
import type { Attempt, DeliverDependencies } from "./attempt.ts";
import type { Throttle } from "./throttle.ts";
import { readEnvelope, healthCheckIn } from "../model/envelope.ts";
import type { Direction } from "../model/envelope.ts";
import type { Redelivery, Now, Logger } from "../model/runtime.ts";

/** What the sender needs besides what a delivery needs. */
export type DeliverySenderDependencies = DeliverDependencies & {
  readonly queues: {
    /** Names of the two queues, as they end the ARN of an event source. */
    readonly names: Readonly<Record<Direction, string>>;
    readonly redelivery: Redelivery;
  };
  readonly throttle: Pick<Throttle, "end">;
};

/**
 * One attempt at each event the queues hand out. A failed one is reported back, so that the queue
 * keeps it and its chat in place; how long is said through the message's visibility.
 */
export function createDeliverySender(deps: DeliverySenderDependencies) {
  const handle = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    const sentAtMillis = event.Records.map(({ attributes }) => Number(attributes.SentTimestamp));
    const waitedMillis = deps.now() - Math.min(...sentAtMillis);
    for (const record of event.Records) {
      if (!(await isThrough(record, context, deps))) {
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
    await deps.throttle.end(waitedMillis);
    return { batchItemFailures };
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(handle);
}

async function isThrough(
  record: SQSRecord,
  context: Context,
  deps: DeliverySenderDependencies,
): Promise<boolean> {
  const attempt = attemptAt(record, context, deps);
  try {
    if (isHealthCheck(attempt, deps)) return true;
    const verdict = await deliver(attempt, deps);
    if (verdict.kind === "done") return true;
    const { direction } = attempt;
    await deps.queues.redelivery.after(direction, record.receiptHandle, verdict.afterSeconds);
  } catch (error) {
    // Left to the queue's visibility, which outlasts the lease.
    const reason = error instanceof Error ? error.name : typeof error;
    deps.logger.error("AttemptFailed", { eventId: attempt.id, reason });
  }
  return false;
}

function attemptAt(
  { attributes, body: message, eventSourceARN, messageId }: SQSRecord,
  context: Context,
  { queues, now }: DeliverySenderDependencies,
): Attempt {
  const envelope = readEnvelope(message);
  return {
    id: envelope?.id ?? attributes.MessageDeduplicationId ?? messageId,
    group: attributes.MessageGroupId ?? "unidentified",
    direction: eventSourceARN.endsWith(`:${queues.names["to-amocrm"]}`)
      ? "to-amocrm"
      : "to-telegram",
    message,
    envelope,
    owner: context.awsRequestId,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    acceptedAtMillis: Number(attributes.SentTimestamp),
    deadlineMillis: now() + context.getRemainingTimeInMillis(),
  };
}

/**
 * Whether an event is an authentic check of our own, which has done its work by coming this far: it
 * is measured, and neither sent nor recorded. One that ingest could not verify is an event like others.
 */
function isHealthCheck(
  { envelope }: Attempt,
  { now, logger }: { readonly now: Now; readonly logger: Logger },
): boolean {
  // A check is small: no body that had to be packed is one.
  if (envelope?.v !== 1 || !envelope.verified || envelope.source === "bridge") return false;
  const check = healthCheckIn(Buffer.from(envelope.body, "base64").toString());
  if (check === undefined) return false;
  const { kind, sentAtMillis } = check;
  const { id: eventId, source } = envelope;
  logger.info("CheckArrived", { eventId, kind, source, latencyMillis: now() - sentAtMillis });
  return true;
}

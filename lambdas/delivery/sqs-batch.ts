import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import middy from "@middy/core";
import { deliver } from "./deliver.ts";
import type { Attempt, DeliverDependencies } from "./attempt.ts";
import type { Throttle } from "./throttle.ts";
import { readEnvelope, healthCheckIn } from "../model/envelope.ts";
import type { Direction } from "../model/envelope.ts";
import type { Redelivery, Now, Logger } from "../model/runtime.ts";

/** The dependencies of the sender: those of a delivery, and its queues and throttle. */
export type DeliverySenderDependencies = DeliverDependencies & {
  readonly queues: {
    /** The names of the two queues. The ARN of an event source ends with its queue's name. */
    readonly names: Readonly<Record<Direction, string>>;
    readonly redelivery: Redelivery;
  };
  readonly throttle: Pick<Throttle, "end">;
};

/**
 * Makes one attempt at each event that the queues hand out. It reports a failed event back to the queue, so
 * that the queue keeps the event and its chat in place. The message's visibility says for how long.
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
    // The queue hands the event out again after its visibility timeout, which is longer than the lease.
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
 * True for an authentic health check of our own. The check has done its work when it arrives here: the sender
 * logs its latency, and neither sends nor records it. A check that ingest could not verify is like any other
 * event.
 */
function isHealthCheck(
  { envelope }: Attempt,
  { now, logger }: { readonly now: Now; readonly logger: Logger },
): boolean {
  // A health check is small, so ingest never packs its body.
  if (envelope?.v !== 1 || !envelope.verified || envelope.source === "bridge") return false;
  const check = healthCheckIn(Buffer.from(envelope.body, "base64").toString());
  if (check === undefined) return false;
  const { kind, sentAtMillis } = check;
  const { id: eventId, source } = envelope;
  logger.info("CheckArrived", { eventId, kind, source, latencyMillis: now() - sentAtMillis });
  return true;
}

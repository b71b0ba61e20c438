import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { timings } from "../timings.ts";
import type { BridgeFunction } from "./bridge-function.ts";

/**
 * One direction of the bridge: a FIFO queue and its dead-letter queue. The queue keeps the order per
 * chat and holds an event for 14 days. The dead-letter queue takes events that the sender did not finish.
 * CloudFormation chooses the names and ends those of FIFO queues in `.fifo`, so names of different
 * stages never collide.
 */
export class DeliveryQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const common: QueueProps = {
      fifo: true,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: props.removalPolicy,
    };
    this.deadLetterQueue = new Queue(this, "DeadLetters", common);
    this.queue = new Queue(this, "Queue", {
      ...common,
      // Throughput limits and de-duplication apply per chat. Each of our producers sets its own
      // de-duplication id.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      visibilityTimeout: Duration.seconds(timings.visibilitySeconds),
      // The sender waits by returning the event to the queue, so many receives are normal. The sender
      // itself parks an event at 900.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 1000 },
    });
    if (props.removalPolicy !== RemovalPolicy.DESTROY) {
      for (const queue of [this.queue, this.deadLetterQueue]) refusePurges(queue);
    }
    Validations.of(this.deadLetterQueue).acknowledge({
      id: "Serverless-SQSRedrivePolicy",
      reason: "This is the dead-letter queue; a person empties it with the redrive command.",
    });
  }

  /** Lets the function send events to the queue. */
  acceptFrom(source: BridgeFunction): void {
    source.allow(["sqs:SendMessage"], [this.queue.queueArn]);
  }

  /**
   * Makes the sender take events from the queue, one event per call. So a failing event affects no
   * other event, and the sender tries every event before it can reach the dead-letter queue.
   */
  deliverTo(sender: BridgeFunction, maxConcurrency: number): void {
    sender.allow(
      [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
      ],
      [this.queue.queueArn],
    );
    const mapping = new EventSourceMapping(this, "Deliveries", {
      target: sender.live,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    Validations.of(mapping).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason:
        "An SQS event source has no failure destination; the queue has a dead-letter queue instead.",
    });
  }
}

/**
 * Prevents a purge of a queue of customers' messages by one click. A person who must purge it changes
 * this policy first.
 */
function refusePurges(queue: Queue): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: "NobodyPurges",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["sqs:PurgeQueue"],
      resources: [queue.queueArn],
    }),
  );
}

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
 * One direction of the bridge: a FIFO queue that keeps order per chat, holds an event for 14 days,
 * and a dead-letter queue for what the sender never got to judge. Names are CloudFormation's, which
 * ends those of FIFO queues in `.fifo`, so that stages never collide.
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
      // Limits and duplicates count per chat; every sender of ours gives its own de-duplication id.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      visibilityTimeout: Duration.seconds(timings.visibilitySeconds),
      // The sender waits by handing an event back, so receives say little; it parks at 900 itself.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 1000 },
    });
    if (props.removalPolicy !== RemovalPolicy.DESTROY) {
      for (const queue of [this.queue, this.deadLetterQueue]) refusePurges(queue);
    }
    Validations.of(this.deadLetterQueue).acknowledge({
      id: "Serverless-SQSRedrivePolicy",
      reason: "This is the dead-letter queue itself; a person empties it with the redrive command.",
    });
  }

  /** Lets the function put events in. */
  acceptFrom(source: BridgeFunction): void {
    source.allow(["sqs:SendMessage"], [this.queue.queueArn]);
  }

  /**
   * Has the sender take events out, one a call, so that a failing event touches no other and none
   * reaches the dead-letter queue without having been tried.
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
        "An SQS event source has no failure destination; the queue's own dead-letter queue takes that part.",
    });
  }
}

/** Nobody empties a queue of customers' messages by one click; who must, changes this policy first. */
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

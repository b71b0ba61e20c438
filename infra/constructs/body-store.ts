import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { BridgeFunction } from "./bridge-function.ts";
import { privateBucket } from "./private-bucket.ts";

/**
 * Longer than the life of an event: 14 days in a queue, 14 days among dead letters, and the same again
 * after a redrive.
 */
const days = 60;

/** The keys of bodies that are too large for a queue message, until their events are delivered. */
const onTheirWay = "bodies/*";
/** The keys of bodies of parked events. They do not expire: a person decides about the event. */
const parked = "parked/*";

/**
 * Keeps bodies of events that are too large for a queue message and for a table item, even compressed.
 * A webhook or the caretaker puts a body, and the sender reads it. The bucket has no public access.
 */
export class BodyStore extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = privateBucket(
      this,
      "Bucket",
      { id: "Expiry", prefix: "bodies/", expiration: Duration.days(days) },
      { id: "Uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
    );
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "Only functions of the bridge use it, and their log lines contain the event's id and the time.",
    });
  }

  /** Lets the function put bodies of events on their way. It grants nothing else. */
  acceptFrom(source: BridgeFunction): void {
    source.allow(["s3:PutObject"], [this.bucket.arnForObjects(onTheirWay)]);
    this.#acknowledge(source, onTheirWay, "A body's key is the digest of the body.");
  }

  /** Lets the sender read bodies, and keep the bodies of parked events until a person has decided. */
  serve(sender: BridgeFunction): void {
    const keys = [onTheirWay, parked].map((pattern) => this.bucket.arnForObjects(pattern));
    sender.allow(["s3:GetObject"], keys);
    sender.allow(["s3:PutObject", "s3:DeleteObject"], [this.bucket.arnForObjects(parked)]);
    // Without this permission S3 answers 403 for an object that does not exist.
    sender.allow(["s3:ListBucket"], [this.bucket.bucketArn]);
    for (const pattern of [onTheirWay, parked]) {
      this.#acknowledge(
        sender,
        pattern,
        "The sender reads, parks and deletes bodies of any event.",
      );
    }
  }

  #acknowledge(source: BridgeFunction, pattern: string, reason: string): void {
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(source).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${pattern}]`,
      reason,
    });
  }
}

import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { BridgeFunction } from "./bridge-function.ts";
import { privateBucket } from "./private-bucket.ts";

/** Longer than an event can be under way: 14 days in a queue, 14 among dead letters, and again when redriven. */
const days = 60;

/** Where bodies of events travel that are too large for a queue message. */
const onTheirWay = "bodies/*";
/** Where those of parked events wait for a person, without expiry. */
const parked = "parked/*";

/**
 * Bodies of events that no queue message and no item can hold, however compressed. Nothing serves
 * them: the sender reads what a webhook or the caretaker has put.
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
        "Only functions of the bridge use it, and the event's id in their log lines says when.",
    });
  }

  /** Lets the function put bodies that are on their way, and nothing else. */
  acceptFrom(source: BridgeFunction): void {
    source.allow(["s3:PutObject"], [this.bucket.arnForObjects(onTheirWay)]);
    this.#acknowledge(source, onTheirWay, "A body's key is the digest of what is put.");
  }

  /** Lets the sender read bodies, and keep those of parked events until a person has decided. */
  serve(sender: BridgeFunction): void {
    const keys = [onTheirWay, parked].map((pattern) => this.bucket.arnForObjects(pattern));
    sender.allow(["s3:GetObject"], keys);
    sender.allow(["s3:PutObject", "s3:DeleteObject"], [this.bucket.arnForObjects(parked)]);
    // Without it S3 says of an object that is gone that it is forbidden.
    sender.allow(["s3:ListBucket"], [this.bucket.bucketArn]);
    for (const pattern of [onTheirWay, parked]) {
      this.#acknowledge(
        sender,
        pattern,
        "The sender reads, parks and forgets bodies of any event.",
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

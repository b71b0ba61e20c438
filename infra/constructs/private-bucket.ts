import { RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { LifecycleRule } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * A bucket of what people wrote or sent: encrypted, public in no way, spoken to over TLS 1.2 alone. It
 * always outlives a stack that was deployed: CloudFormation deletes no bucket that holds objects, and
 * emptying one takes a function of its own.
 */
export function privateBucket(
  scope: Construct,
  id: string,
  ...lifecycleRules: readonly LifecycleRule[]
): Bucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [...lifecycleRules],
  });
}

import { RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { LifecycleRule } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * A bucket for people's messages and files: encrypted, with no public access, over TLS 1.2 only. It
 * always outlives a stack that was deployed. CloudFormation deletes no bucket that holds objects, and
 * emptying a bucket needs an extra function.
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

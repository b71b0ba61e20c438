import * as z from "zod";
import { region } from "../aws/names.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const bucketProperties = z.object({ BucketName: z.optional(z.string()) });

/**
 * AWS::S3::Bucket. Leaves out encryption, expiry, ownership and public access: all data ends with the
 * process, and only this machine reaches the bucket.
 */
export const createBucket: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { BucketName } = bucketProperties.parse(properties);
  // S3 accepts no capital letters, and at most 63 characters.
  const name =
    BucketName ?? generatedName(deployment.stackName, logicalId).toLowerCase().slice(-63);
  await deployment.buckets.create(name);
  const domainName = `${name}.s3.${region}.amazonaws.com`;
  deployment.bucketsByDomain.set(domainName, name);
  const attributes = { Arn: `arn:aws:s3:::${name}`, RegionalDomainName: domainName };
  return { ref: name, attributes };
};

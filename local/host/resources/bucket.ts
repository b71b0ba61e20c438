import * as z from "zod";
import { region } from "../aws/names.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const bucketProperties = z.object({ BucketName: z.optional(z.string()) });

/**
 * AWS::S3::Bucket. Encryption, expiry, ownership and public access are left out: nothing here outlives the
 * process, and nobody but this machine reaches it.
 */
export const createBucket: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { BucketName } = bucketProperties.parse(properties);
  // S3 takes no capital letters, and at most 63 characters.
  const name =
    BucketName ?? generatedName(deployment.stackName, logicalId).toLowerCase().slice(-63);
  await deployment.buckets.create(name);
  const domainName = `${name}.s3.${region}.amazonaws.com`;
  deployment.bucketsByDomain.set(domainName, name);
  const attributes = { Arn: `arn:aws:s3:::${name}`, RegionalDomainName: domainName };
  return { ref: name, attributes };
};

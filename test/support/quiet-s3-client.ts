import { S3Client } from "@aws-sdk/client-s3";
import type { S3ClientConfig } from "@aws-sdk/client-s3";

const quiet = () => undefined;
/** The SDK would warn on the console that it does not retry a stream. */
const logger = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

/** An S3 client for a loopback address. */
export function quietS3Client(
  endpoint: string,
  credentials: NonNullable<S3ClientConfig["credentials"]> = {
    accessKeyId: "test",
    secretAccessKey: "test",
  },
): S3Client {
  return new S3Client({ endpoint, region: "us-east-1", credentials, logger });
}

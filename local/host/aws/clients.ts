import { Agent } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { region } from "./names.ts";

/** The host's own access to the services at a loopback endpoint. */
export type Clients = ReturnType<typeof openClients>;

/** Opens one client for each service. The emulators check no signature. */
export function openClients(endpoint: string) {
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: "host", secretAccessKey: "host" },
    // Every long poll of a queue keeps a connection.
    requestHandler: { httpAgent: new Agent({ keepAlive: true }) },
  };
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const close = () => {
    for (const client of [sqs, dynamodb, secrets, s3]) client.destroy();
  };
  return { sqs, dynamodb, secrets, s3, close };
}

/** An object with the headers it was stored with. Undefined when there is none. */
export async function readObject(s3: S3Client, bucket: string, key: string) {
  try {
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const headers = {
      "content-type": found.ContentType,
      "content-disposition": found.ContentDisposition,
      "cache-control": found.CacheControl,
      etag: found.ETag,
      "last-modified": found.LastModified?.toUTCString(),
    };
    return { body: Buffer.from((await found.Body?.transformToByteArray()) ?? []), headers };
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { TransientFailure } from "../../model/failure.ts";
import type { BodyStore, StoredBody } from "../../ports/bodies.ts";
import { within } from "./within.ts";

const patienceMillis = 10_000;

/**
 * A private bucket, which nobody but the bridge reads. S3's own failures are transient and never
 * ambiguous: an object is put under the same key again, with the same bytes.
 */
export class S3BodyStore implements BodyStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(
    { key, bytes }: StoredBody,
    { timeoutMillis }: { readonly timeoutMillis: number },
  ): Promise<void> {
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes });
    await this.#client.send(command, inTime(timeoutMillis)).catch(fail);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    try {
      return await within(patienceMillis, this.#read(command));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      return fail(error);
    }
  }

  async #read(command: GetObjectCommand): Promise<Uint8Array | undefined> {
    const { Body } = await this.#client.send(command, inTime(patienceMillis));
    return Body?.transformToByteArray();
  }

  async remove(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key });
    await this.#client.send(command, inTime(patienceMillis)).catch(fail);
  }
}

function inTime(millis: number) {
  return { abortSignal: AbortSignal.timeout(millis) };
}

/** Names what happened and neither bucket nor key; 403 and 404 mean a bucket that is not ours to use. */
function fail(error: unknown): never {
  const name = error instanceof Error ? error.name : "unknown";
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const needsPerson = status === 403 || status === 404;
  throw new TransientFailure(`the bucket of bodies: ${name}`, { needsPerson, cause: error });
}

import { Readable } from "node:stream";
import {
  PutObjectCommand,
  S3ServiceException,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { MediaStore, OpenedFile } from "../model/messenger.ts";
import { filePieces, letGo, wholeFile } from "../http/file-pieces.ts";
import { servedFile } from "../http/served-file.ts";
import type { ServedFile } from "../http/served-file.ts";
import { within } from "./time-limit.ts";
import type { BodyStore, StoredBody } from "../model/stores.ts";

const uploadTimeoutMillis = 60_000;

/**
 * A private bucket. Its objects are public under their paths, through a distribution or a stand-in for
 * it. A file with a stated size streams through. S3's own failures are transient and never ambiguous: a
 * repeat makes another object, and no message refers to the first one. The store throws the failures of
 * the file's source unchanged.
 */
export class S3MediaStore implements MediaStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #baseUrl: string;
  readonly #timeoutMillis: number;

  constructor(options: {
    client: S3Client;
    bucket: string;
    /** Without a trailing slash. */
    baseUrl: string;
    /** For reading and writing one file together; 60 s by default. */
    timeoutMillis?: number;
  }) {
    this.#client = options.client;
    this.#bucket = options.bucket;
    this.#baseUrl = options.baseUrl;
    this.#timeoutMillis = options.timeoutMillis ?? uploadTimeoutMillis;
  }

  async keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string> {
    const served = servedFile(file);
    const stopping = new AbortController();
    try {
      await within(this.#timeoutMillis, this.#upload(file, served, stopping));
      return served.path;
    } catch (error) {
      void letGo(file);
      throw failureOf(error);
    } finally {
      stopping.abort();
    }
  }

  addressOf(path: string): string {
    return `${this.#baseUrl}/${path}`;
  }

  async #upload(file: OpenedFile, served: ServedFile, stopping: AbortController): Promise<void> {
    if (file.sizeBytes === undefined) {
      const bytes = await wholeFile(file);
      return this.#put(served, { Body: bytes }, stopping.signal);
    }
    const reading = new Reading(file, () => stopping.abort());
    try {
      const content = { Body: reading.stream, ContentLength: file.sizeBytes };
      await this.#put(served, content, stopping.signal);
    } catch (error) {
      throw reading.failure ?? error;
    } finally {
      reading.stream.destroy();
    }
    if (reading.failure !== undefined) throw reading.failure;
  }

  async #put(
    served: ServedFile,
    content: { Body: Buffer | Readable; ContentLength?: number },
    abortSignal: AbortSignal,
  ): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: served.path,
      ...content,
      ContentType: served.contentType,
      ContentDisposition: served.contentDisposition,
      CacheControl: served.cacheControl,
    });
    await this.#client.send(command, { abortSignal });
  }
}

/**
 * A file in the form that the SDK takes. Its pieces are the chunks of the upload, and S3 refuses small
 * chunks (https://github.com/aws/aws-sdk-js-v3/issues/6949). The stream never emits an error, because the
 * SDK has no listener for it. Instead the stream ends, the object keeps the failure, and it stops the
 * upload.
 */
class Reading {
  readonly stream: Readable;
  failure: TransientFailure | PermanentFailure | undefined;

  constructor(file: OpenedFile, stop: () => void) {
    const pieces = async function* (reading: Reading) {
      try {
        yield* filePieces(file);
      } catch (error) {
        reading.failure = failureOf(error);
        stop();
      }
    };
    this.stream = Readable.from(pieces(this), { objectMode: false });
  }
}

/**
 * The failure names the error, never the bucket or the path. 403 and 404 mean a bucket that the bridge
 * may not use.
 */
function failureOf(error: unknown): TransientFailure | PermanentFailure {
  if (error instanceof TransientFailure || error instanceof PermanentFailure) return error;
  const name = error instanceof Error ? error.name : "unknown";
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const needsPerson = status === 403 || status === 404;
  return new TransientFailure(`the media store: ${name}`, { needsPerson, cause: error });
}

const timeoutMillis = 10_000;

/**
 * A private bucket. Only the bridge reads it. S3's own failures are transient and never ambiguous: a
 * repeat puts the object under the same key, with the same bytes.
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
      return await within(timeoutMillis, this.#read(command));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      return fail(error);
    }
  }

  async #read(command: GetObjectCommand): Promise<Uint8Array | undefined> {
    const { Body } = await this.#client.send(command, inTime(timeoutMillis));
    return Body?.transformToByteArray();
  }

  async remove(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key });
    await this.#client.send(command, inTime(timeoutMillis)).catch(fail);
  }
}

function inTime(millis: number) {
  return { abortSignal: AbortSignal.timeout(millis) };
}

/**
 * The failure names the error, never the bucket or the key. 403 and 404 mean a bucket that the bridge may
 * not use.
 */
function fail(error: unknown): never {
  const name = error instanceof Error ? error.name : "unknown";
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const needsPerson = status === 403 || status === 404;
  throw new TransientFailure(`the bucket of bodies: ${name}`, { needsPerson, cause: error });
}

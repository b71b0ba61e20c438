import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { filePieces, letGo, wholeFile } from "../http/file-pieces.ts";
import { servedFile } from "../http/served-file.ts";
import type { ServedFile } from "../http/served-file.ts";
import { within } from "../http/time-limit.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";
import type { PermanentFailure } from "../model/failure.ts";
import type { MediaStore, OpenedFile } from "../model/messenger.ts";
import type { BodyStore } from "../model/stores.ts";

const uploadTimeoutMillis = 60_000;

/**
 * A private bucket. Its objects are public under their paths, through a distribution or a stand-in for
 * it. A file with a stated size streams through. S3's own failures are transient and never ambiguous: a
 * repeat makes another object, and no message refers to the first one. The store throws the failures of
 * the file's source unchanged.
 */
export function s3MediaStore(options: {
  client: S3Client;
  bucket: string;
  /** Without a trailing slash. */
  baseUrl: string;
  /** For reading and writing one file together; 60 s by default. */
  timeoutMillis?: number;
}): MediaStore {
  const { client, bucket, baseUrl, timeoutMillis = uploadTimeoutMillis } = options;
  const put = async (
    { path, ...headers }: ServedFile,
    content: { Body: Buffer | Readable; ContentLength?: number },
    abortSignal: AbortSignal,
  ) => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: path,
      ...content,
      ContentType: headers.contentType,
      ContentDisposition: headers.contentDisposition,
      CacheControl: headers.cacheControl,
    });
    await client.send(command, { abortSignal });
  };
  const upload = async (file: OpenedFile, served: ServedFile, signal: AbortSignal) => {
    const { sizeBytes } = file;
    if (sizeBytes === undefined) return put(served, { Body: await wholeFile(file) }, signal);
    const stopping = new AbortController();
    const failures: Error[] = [];
    // The pieces are the chunks of the upload, and S3 refuses small chunks
    // (https://github.com/aws/aws-sdk-js-v3/issues/6949). The stream never emits an error, because the SDK
    // has no listener for it. Instead the stream ends, and the failure stops the upload.
    const pieces = async function* () {
      try {
        yield* filePieces(file);
      } catch (error) {
        failures.push(error as Error);
        stopping.abort();
      }
    };
    const Body = Readable.from(pieces(), { objectMode: false });
    try {
      const either = AbortSignal.any([signal, stopping.signal]);
      await put(served, { Body, ContentLength: sizeBytes }, either);
    } catch (error) {
      throw failures[0] ?? error;
    } finally {
      Body.destroy();
    }
    if (failures[0] !== undefined) throw failures[0];
  };
  return {
    async keep(file) {
      const served = servedFile(file);
      try {
        await within(timeoutMillis, (signal) => upload(file, served, signal));
        return served.path;
      } catch (error) {
        void letGo(file);
        throw failureOf("the media store", error);
      }
    },
    addressOf: (path) => `${baseUrl}/${path}`,
  };
}

const bodyTimeoutMillis = 10_000;

/**
 * A private bucket. Only the bridge reads it. S3's own failures are transient and never ambiguous: a
 * repeat puts the object under the same key, with the same bytes.
 */
export function s3BodyStore(client: S3Client, bucket: string): BodyStore {
  const fail = (error: unknown): never => {
    throw failureOf("the bucket of bodies", error);
  };
  return {
    async put({ key, bytes }, { timeoutMillis }) {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes });
      await within(timeoutMillis, (abortSignal) => client.send(command, { abortSignal })).catch(
        fail,
      );
    },
    get: (key) =>
      within(bodyTimeoutMillis, async (abortSignal) => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key });
        const { Body } = await client.send(command, { abortSignal });
        return Body?.transformToByteArray();
      }).catch((error: unknown) => (error instanceof NoSuchKey ? undefined : fail(error))),
    async remove(key) {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
      await within(bodyTimeoutMillis, (abortSignal) => client.send(command, { abortSignal })).catch(
        fail,
      );
    },
  };
}

/**
 * The failure names the error, never the bucket, the path or the key. 403 and 404 mean a bucket that the
 * bridge may not use.
 */
function failureOf(store: string, error: unknown): TransientFailure | PermanentFailure {
  if (isFailure(error)) return error;
  const name = error instanceof Error ? error.name : "unknown";
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const needsPerson = status === 403 || status === 404;
  return new TransientFailure(`${store}: ${name}`, { needsPerson, cause: error });
}

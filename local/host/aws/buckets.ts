import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  GetObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { region } from "./names.ts";

/** An object with the headers it was stored with. */
type StoredObject = {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

/** The host's own access to S3. */
export interface Buckets {
  /** Creates a bucket. It keeps a bucket of an earlier run, which another endpoint may still have. */
  create(name: string): Promise<void>;
  /** The object, or undefined when there is none. */
  read(bucket: string, key: string): Promise<StoredObject | undefined>;
  close(): void;
}

/** Opens S3 at a loopback endpoint. Its emulator checks no signature. */
export function openBuckets(endpoint: string): Buckets {
  const credentials = { accessKeyId: "host", secretAccessKey: "host" };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  return {
    async create(name) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: name }));
      } catch (error) {
        if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
      }
    },
    async read(bucket, key) {
      try {
        const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const headers = {
          "content-type": found.ContentType,
          "content-disposition": found.ContentDisposition,
          "cache-control": found.CacheControl,
          etag: found.ETag,
          "last-modified": found.LastModified?.toUTCString(),
        };
        return {
          body: (await found.Body?.transformToByteArray()) ?? new Uint8Array(),
          headers: Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, value]],
            ),
          ),
        };
      } catch (error) {
        if (error instanceof Error && error.name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}

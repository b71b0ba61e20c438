import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "@jest/globals";
import { s3MediaStore } from "../../lambdas/aws/buckets.ts";
import { MemoryMediaStore } from "../support/memory/stores.ts";
import { startAws } from "../../local/host/aws/local-aws.ts";
import { quietS3Client } from "../support/quiet-s3-client.ts";
import { describeMediaStore } from "./describe-media-store.ts";

const baseUrl = "https://media.example";
let aws: Awaited<ReturnType<typeof startAws>>;
let client: S3Client;
let buckets = 0;
beforeAll(async () => {
  aws = await startAws(() => undefined);
  client = quietS3Client(aws.endpoint);
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

describeMediaStore("in memory", async () => {
  const store = new MemoryMediaStore(baseUrl);
  let count = 0;
  return {
    store: {
      async keep(file) {
        const path = await store.keep(file);
        count += 1;
        return path;
      },
      addressOf: (path) => store.addressOf(path),
    },
    baseUrl,
    find: async (path) => store.find(path),
    count: async () => count,
  };
});

describeMediaStore("in S3", async () => {
  const Bucket = `media-${(buckets += 1)}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return {
    store: s3MediaStore({ client, bucket: Bucket, baseUrl }),
    baseUrl,
    async find(Key) {
      const found = await client.send(new GetObjectCommand({ Bucket, Key }));
      return {
        bytes: Buffer.from((await found.Body?.transformToByteArray()) ?? []),
        contentType: found.ContentType,
        contentDisposition: found.ContentDisposition,
        cacheControl: found.CacheControl,
      };
    },
    count: async () =>
      (await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.length ?? 0,
  };
});

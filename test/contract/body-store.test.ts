import { CreateBucketCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { signedBodyWriter } from "../../lambdas/ingest/aws/body-writer.ts";
import { MemoryBodyStore } from "../support/memory/stores.ts";
import type { BodyStore, BodyWriter } from "../../lambdas/model/stores.ts";
import { startAws } from "../../local/host/aws/local-aws.ts";
import { quietS3Client } from "../support/quiet-s3-client.ts";

const Bucket = "bodies";
const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
const deadline = { timeoutMillis: 5000 };
let aws: Awaited<ReturnType<typeof startAws>>;
let client: S3Client;
beforeAll(async () => {
  aws = await startAws(() => undefined);
  client = quietS3Client(aws.endpoint);
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

const inS3 = (bucket = Bucket) => s3BodyStore(client, bucket);
const signed = (bucket = Bucket) => signedBodyWriter(`${aws.endpoint}/${bucket}`, environment);
type Stores = { readonly store: BodyStore; readonly writer: BodyWriter };
const inMemory = (): Stores => {
  const store = new MemoryBodyStore();
  return { store, writer: store };
};

describe.each<{ name: string; open: () => Stores }>([
  { name: "in memory", open: inMemory },
  { name: "in S3", open: () => ({ store: inS3(), writer: inS3() }) },
  { name: "in S3, written by the small client", open: () => ({ store: inS3(), writer: signed() }) },
])("the store of large bodies $name", ({ open }) => {
  test.each([
    { what: "one byte", size: 1 },
    { what: "some kilobytes", size: 70_001 },
    { what: "six megabytes", size: 6_000_000 },
  ])("returns the exact bytes: $what", async ({ size }) => {
    const { store, writer } = open();
    const bytes = crypto.getRandomValues(Buffer.alloc(Math.min(size, 65_536)));
    const whole = Buffer.alloc(size, bytes);

    await writer.put({ key: `bodies/${size}`, bytes: whole }, deadline);

    const found = await store.get(`bodies/${size}`);
    expect(found === undefined ? undefined : whole.equals(found)).toBe(true);
  });

  test("accepts the same object twice, under a key with an event's id in it", async () => {
    const { store, writer } = open();
    const object = { key: "parked/amo:f90b_af99:m.1-2", bytes: Buffer.from("words") };

    await writer.put(object, deadline);
    await writer.put(object, deadline);

    expect(Buffer.from((await store.get(object.key)) ?? [])).toEqual(object.bytes);
  });

  test("has nothing under an unused key or the key of a removed object", async () => {
    const { store, writer } = open();
    await writer.put({ key: "bodies/gone", bytes: Buffer.from("words") }, deadline);
    await store.remove("bodies/gone");
    await store.remove("bodies/never");

    expect(await store.get("bodies/gone")).toBeUndefined();
    expect(await store.get("bodies/never")).toBeUndefined();
  });
});

describe("a missing bucket", () => {
  test("is a transient failure that needs a person, without the names of bucket and key", async () => {
    const object = { key: "bodies/1", bytes: Buffer.from("words") };

    for (const work of [inS3("missing").get("bodies/1"), inS3("missing").put(object, deadline)]) {
      await expect(work).rejects.toMatchObject({
        name: "TransientFailure",
        message: "the bucket of bodies: NoSuchBucket",
        needsPerson: true,
      });
    }
  });

  test("has S3's code in the small client", async () => {
    const put = signed("missing").put({ key: "bodies/1", bytes: Buffer.from("words") }, deadline);

    await expect(put).rejects.toMatchObject({ name: "NoSuchBucket", httpStatusCode: 404 });
  });
});

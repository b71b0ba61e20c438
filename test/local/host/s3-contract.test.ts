import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { plainUpload } from "../../../local/host/aws/s3-uploads.ts";
import { startAws } from "../../../local/host/aws/local-aws.ts";
import { requestedS3Access } from "../../../local/host/aws/access.ts";
import { quietS3Client } from "../../support/quiet-s3-client.ts";

describe("S3 features that the bridge relies on", () => {
  const Bucket = "contract";
  let aws: Awaited<ReturnType<typeof startAws>>;
  let client: ReturnType<typeof quietS3Client>;

  beforeAll(async () => {
    aws = await startAws(() => undefined);
    client = quietS3Client(aws.endpoint);
    await client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    client.destroy();
    await aws.close();
  });

  const put = (Key: string, pieces: readonly Buffer[], length?: number) => {
    const Body = Readable.from(pieces, { objectMode: false });
    const ContentLength = length ?? Buffer.concat(pieces).length;
    return client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength }));
  };

  test("returns the streamed content with the headers of the upload", async () => {
    const bytes = randomBytes(12_000_000);
    const described = {
      ContentType: "application/pdf",
      ContentDisposition: "attachment; filename*=UTF-8''%D0%B0.pdf",
      CacheControl: "private",
    };
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "a_-.pdf",
        Body: Readable.from([bytes]),
        ContentLength: bytes.length,
        ...described,
      }),
    );

    const found = await client.send(new GetObjectCommand({ Bucket, Key: "a_-.pdf" }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a_-.pdf" }));

    expect(found).toMatchObject({ ...described, ContentLength: bytes.length });
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(head).toMatchObject({ ...described, ContentLength: bytes.length });
    expect(found.ContentEncoding).toBeUndefined();
  });

  test("has no object that was never put, or was deleted", async () => {
    await put("deleted", [Buffer.from("x")]);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "deleted" }));

    for (const Key of ["deleted", "never"]) {
      await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        name: "NoSuchKey",
      });
    }
  });

  test("answers 'forbidden' for a missing object to a caller who may not list the bucket", async () => {
    const on = (action: string, resource: string) => ({
      Effect: "Allow" as const,
      Action: [action],
      Resource: [`arn:aws:s3:::${resource}`],
    });
    const read = on("s3:GetObject", `${Bucket}/*`);
    const roles = { reader: [read], lister: [read, on("s3:ListBucket", Bucket)] };
    const answers = await Promise.all(
      Object.entries(roles).map(async ([accessKeyId, statements]) => {
        aws.addPrincipal(accessKeyId, { name: accessKeyId, statements }, "f");
        const own = quietS3Client(aws.endpoint, { accessKeyId, secretAccessKey: "s" });
        const name = await own
          .send(new GetObjectCommand({ Bucket, Key: "never" }))
          .catch((error: Error) => error.name);
        own.destroy();
        return name;
      }),
    );

    expect(answers).toEqual(["AccessDenied", "NoSuchKey"]);
  });

  test("refuses a body that is shorter than its stated length", async () => {
    await expect(put("short", [Buffer.alloc(10_000)], 20_000)).rejects.toMatchObject({
      name: "IncompleteBody",
    });
  });

  test("refuses small chunks before the last one", async () => {
    await expect(put("small", [Buffer.alloc(8191), Buffer.alloc(1)])).rejects.toMatchObject({
      name: "InvalidChunkSizeError",
    });
    await expect(put("fitting", [Buffer.alloc(8192), Buffer.alloc(1)])).resolves.toBeDefined();
  });

  test("refuses an object for a bucket that does not exist", async () => {
    const command = new PutObjectCommand({ Bucket: "missing", Key: "a", Body: "x" });

    await expect(client.send(command)).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

describe("an upload in chunks", () => {
  const upload = (text: string, length: number) =>
    plainUpload(Buffer.from(text), { "x-amz-decoded-content-length": String(length) });

  test("contains only its bytes, without chunk headers, signatures and trailers", () => {
    const text = "3;chunk-signature=00\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n";

    expect(upload(text, 3)).toEqual({
      body: Buffer.from("abc"),
      headers: { "x-amz-checksum-crc32": "NSRBwg==" },
    });
  });

  test.each([
    {
      wrong: "a checksum of something else",
      text: "3\r\nabd\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n",
      code: "BadDigest",
    },
    {
      wrong: "another length than announced",
      text: "2\r\nab\r\n0\r\n\r\n",
      code: "IncompleteBody",
    },
    { wrong: "no last chunk", text: "3\r\nabc\r\n", code: "IncompleteBody" },
    { wrong: "a chunk cut short", text: "3\r\nab", code: "IncompleteBody" },
    { wrong: "no chunks at all", text: "abc", code: "IncompleteBody" },
    {
      wrong: "a small chunk",
      text: "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
      code: "InvalidChunkSizeError",
    },
  ])("with $wrong is refused", ({ text, code }) => {
    expect(() => upload(text, 3)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a request of S3", () => {
  test.each([
    { method: "PUT", url: "/b/k.jpg?x-id=PutObject", action: "s3:PutObject", resource: "b/k.jpg" },
    { method: "GET", url: "/b/folder/k", action: "s3:GetObject", resource: "b/folder/k" },
    { method: "HEAD", url: "/b/k", action: "s3:GetObject", resource: "b/k" },
    { method: "DELETE", url: "/b/k", action: "s3:DeleteObject", resource: "b/k" },
    { method: "PUT", url: "/b/", action: "s3:CreateBucket", resource: "b" },
    { method: "GET", url: "/b?list-type=2", action: "s3:ListBucket", resource: "b" },
  ])("$method $url needs $action", ({ method, url, action, resource }) => {
    expect(requestedS3Access(method, url)).toEqual({
      action,
      resource: `arn:aws:s3:::${resource}`,
    });
  });

  test.each([
    { method: "PUT", url: "/b/k?tagging" },
    { method: "PUT", url: "/b/k?partNumber=1&uploadId=2" },
    { method: "POST", url: "/b/k?uploads" },
    { method: "PUT", url: "/b?policy" },
    { method: "GET", url: "/" },
  ])("$method $url is not served: it would need another permission", ({ method, url }) => {
    expect(() => requestedS3Access(method, url)).toThrow("not served here");
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { s3MediaStore } from "../../lambdas/aws/buckets.ts";
import { PermanentFailure, TransientFailure } from "../../lambdas/model/failure.ts";
import { quietS3Client } from "../support/quiet-s3-client.ts";
import { aFile } from "./describe-media-store.ts";

const baseUrl = "https://media.example";

describe("the media store in S3 during a failure", () => {
  /** A server that gives no answer, or one with a status before it has read the body. */
  const withServer = async <Result>(
    status: number | undefined,
    run: (endpoint: string) => Promise<Result>,
  ): Promise<Result> => {
    const server = createServer((_request, response) => {
      if (status !== undefined) {
        response.writeHead(status, { "content-type": "application/xml" });
        response.end(`<Error><Code>Canary</Code><Message>canary-bucket</Message></Error>`);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    try {
      return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  const failureOf = async (keeping: Promise<string>) => {
    const error = await keeping.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof TransientFailure || error instanceof PermanentFailure) return error;
    throw new Error("not a failure of ours", { cause: error });
  };

  test.each([
    { status: 403, needsPerson: true },
    { status: 404, needsPerson: true },
    { status: 400, needsPerson: false },
    { status: 500, needsPerson: false },
    { status: 503, needsPerson: false },
  ])("$status is a transient failure, and names neither bucket nor path", async (row) => {
    const failure = await withServer(row.status, (endpoint) =>
      failureOf(
        s3MediaStore({
          client: quietS3Client(endpoint),
          bucket: "canary-bucket",
          baseUrl,
        }).keep(aFile([Buffer.from("x")], { fileName: "canary.pdf" })),
      ),
    );

    expect(failure).toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      needsPerson: row.needsPerson,
    });
    expect(failure.message).not.toMatch(/canary-bucket|canary\.pdf/);
  });

  test.each(["no server listens", "no server answers"])("%s: a transient failure", async (how) => {
    const keep = (endpoint: string) =>
      failureOf(
        s3MediaStore({
          client: quietS3Client(endpoint),
          bucket: "media",
          baseUrl,
          timeoutMillis: 200,
        }).keep(aFile([Buffer.from("x")])),
      );

    const failure =
      how === "no server listens"
        ? await keep("http://127.0.0.1:9")
        : await withServer(undefined, keep);

    expect(failure).toMatchObject({ name: "TransientFailure", ambiguous: false });
  });

  /** A source that sends nothing until it is released, then endless bytes. `closed` resolves when it is closed. */
  const aSource = (talk: Promise<void>) => {
    const closed = Promise.withResolvers<string>();
    const body = (async function* () {
      try {
        await talk;
        for (;;) yield Buffer.alloc(1000);
      } finally {
        closed.resolve("closed");
      }
    })();
    return { file: aFile([], { body, sizeBytes: 10_000_000 }), closed: closed.promise };
  };

  test("stops waiting for a silent source, and closes it once it sends", async () => {
    const talk = Promise.withResolvers<void>();
    const { file, closed } = aSource(talk.promise);

    const failure = await withServer(undefined, (endpoint) => {
      const client = quietS3Client(endpoint);
      const store = s3MediaStore({ client, bucket: "any", baseUrl, timeoutMillis: 50 });
      return failureOf(store.keep(file));
    });
    talk.resolve();

    expect(failure).toMatchObject({ name: "TransientFailure" });
    expect(await closed).toBe("closed");
  });

  test.each([
    { when: "S3 refuses before it reads", credentials: { accessKeyId: "k", secretAccessKey: "s" } },
    { when: "no request to S3 is possible", credentials: () => Promise.reject(new Error("none")) },
  ])("closes its source when $when", async ({ credentials }) => {
    const { file, closed } = aSource(Promise.resolve());

    await withServer(403, (endpoint) => {
      const own = quietS3Client(endpoint, credentials);
      return failureOf(s3MediaStore({ client: own, bucket: "media", baseUrl }).keep(file));
    });

    expect(await closed).toBe("closed");
  });

  test.each([
    new PermanentFailure("file-too-large"),
    new TransientFailure("slow", { retryAfterSeconds: 7 }),
  ])("passes a failure of the source on unchanged: %s", async (failure) => {
    const body = (async function* () {
      yield Buffer.alloc(70_000);
      throw failure;
    })();

    const handedOn = await withServer(undefined, (endpoint) => {
      const client = quietS3Client(endpoint);
      const store = s3MediaStore({ client, bucket: "any", baseUrl });
      return failureOf(store.keep(aFile([], { body, sizeBytes: 80_000 })));
    });

    expect(handedOn).toBe(failure);
  });
});

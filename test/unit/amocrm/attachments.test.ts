import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { attachmentFiles } from "../../../lambdas/amocrm/chats/attachments.ts";
import { startFileServer } from "../../support/file-server.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const start = async (answer: (response: ServerResponse, path: string) => void) => {
  const server = await startFileServer((response, { url = "" }) => answer(response, url));
  closers.push(server.close);
  return server;
};
const filesFrom = (
  allowedHosts: readonly string[],
  options: Partial<Parameters<typeof attachmentFiles>[0]> = {},
) => attachmentFiles({ allowedHosts, maxBytes: 1000, timeoutMillis: 60_000, ...options });
const unavailable = { name: "PermanentFailure", reason: "attachment-unavailable" };
const passing = { name: "TransientFailure", ambiguous: false };

describe("an attachment", () => {
  test("is passed on with its bytes, size and type, and is requested unencoded", async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const { host, origin, requests } = await start((response) => {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": 5 }).end(bytes);
    });

    const file = await filesFrom([host]).open(`${origin}/attachments/a%20b?c=1`);

    expect(file).toMatchObject({ sizeBytes: 5, contentType: "image/jpeg" });
    expect(await buffer(file.body)).toEqual(bytes);
    expect(requests).toMatchObject([
      { path: "/attachments/a%20b?c=1", headers: { host, "accept-encoding": "identity" } },
    ]);
  });

  test("may have neither size nor type", async () => {
    const { host, origin } = await start((response) => response.write("part") && response.end());

    const file = await filesFrom([host]).open(origin);

    expect([file.sizeBytes, file.contentType]).toEqual([undefined, undefined]);
    expect((await buffer(file.body)).toString()).toBe("part");
  });

  test.each([400, 401, 403, 404, 410, 451, 204, 304])(
    "answered with %i is permanently unavailable",
    async (status) => {
      const { host, origin } = await start((response) => response.writeHead(status).end());

      await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(unavailable);
    },
  );

  test.each([408, 429, 500, 502, 503])("answered with %i is retried later", async (status) => {
    const { host, origin } = await start((response) =>
      response.writeHead(status, { "retry-after": "7" }).end(),
    );

    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject({
      ...passing,
      retryAfterSeconds: 7,
      isLimit: false,
    });
  });

  test("in a compressed encoding is not passed on as the file", async () => {
    const { host, origin } = await start((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("packed"),
    );

    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(unavailable);
  });

  test("whose server does not start to answer in time is retried later", async () => {
    const { host, origin } = await start(() => undefined);

    await expect(filesFrom([host], { timeoutMillis: 50 }).open(origin)).rejects.toMatchObject({
      ...passing,
      message: "an attachment did not come: timeout",
    });
  });

  test("whose name does not resolve in time is retried later", async () => {
    const files = filesFrom(["amojo.amocrm.ru"], {
      timeoutMillis: 50,
      resolve: () => new Promise(() => undefined),
    });

    await expect(files.open("https://amojo.amocrm.ru/a")).rejects.toMatchObject(passing);
  });

  test("whose server closes the connection or is down is retried later", async () => {
    const { host, origin, close } = await start((response) => response.destroy());

    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(passing);
    close();
    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(passing);
  });

  test.each(["", "x", "/attachments/a.jpg", "https://", "http://a b/", "//amojo.amocrm.ru/a"])(
    "without a full address ('%s') is permanently unavailable",
    async (address) => {
      await expect(filesFrom(["amojo.amocrm.ru"]).open(address)).rejects.toMatchObject(unavailable);
    },
  );

  test("is downloaded from the checked address, not from the name's next address", async () => {
    const { host, requests } = await start((response) => response.end("file"));
    const [, port = ""] = host.split(":");
    const entry = `localhost:${port}`;
    const resolvingTo = (address: string) =>
      filesFrom([entry], { resolve: async () => [{ address, family: 4 }] });

    // Only the checked look-up has this address. The system's own would lead to the server.
    await expect(resolvingTo("127.0.0.2").open(`http://${entry}/`)).rejects.toMatchObject(passing);
    expect(requests).toEqual([]);

    const file = await resolvingTo("127.0.0.1").open(`http://${entry}/`);
    expect((await buffer(file.body)).toString()).toBe("file");
  });

  test("is not named in any failure", async () => {
    const { origin, host, close } = await start((response) => response.writeHead(404).end());
    const secret = "a-long-secret-path";
    const failures = [];
    for (const files of [filesFrom([host]), filesFrom([])]) {
      failures.push(await files.open(`${origin}/${secret}`).catch((error: unknown) => error));
    }
    close();
    failures.push(
      await filesFrom([host])
        .open(`${origin}/${secret}`)
        .catch((error: unknown) => error),
    );

    for (const failure of failures) {
      const { message, cause } = failure as Error;
      expect([message, cause]).toEqual([expect.not.stringMatching(/127|secret/), undefined]);
    }
  });
});

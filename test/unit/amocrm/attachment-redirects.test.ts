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
const redirectTo = (location: string) => (response: ServerResponse) =>
  response.writeHead(302, { location }).end("moved");
const unavailable = { name: "PermanentFailure", reason: "attachment-unavailable" };

describe("a redirect", () => {
  test.each(["/there", "there", "ORIGIN/there"])("to %s is followed", async (location) => {
    const { host, origin } = await start((response, path) => {
      if (path === "/there") response.end("file");
      else redirectTo(location.replace("ORIGIN", `http://${host}`))(response);
    });

    const file = await filesFrom([host]).open(`${origin}/here`);

    expect((await buffer(file.body)).toString()).toBe("file");
  });

  test("is followed three times at most", async () => {
    const { host, origin, requests } = await start((response, path) => {
      const left = Number(path.slice(1));
      if (left === 0) response.end("file");
      else redirectTo(`/${String(left - 1)}`)(response);
    });

    expect((await buffer((await filesFrom([host]).open(`${origin}/3`)).body)).toString()).toBe(
      "file",
    );
    requests.splice(0);
    await expect(filesFrom([host]).open(`${origin}/4`)).rejects.toMatchObject(unavailable);
    expect(requests).toHaveLength(4);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://inside.amocrm.ru/",
    "https://evil.example/",
    "http://amojo.amocrm.ru/",
    "file:///etc/passwd",
    "http://",
  ])("to %s is not followed", async (location) => {
    const { host, origin } = await start(redirectTo(location));
    const resolve = async () => [{ address: "192.168.0.1", family: 4 }];
    const allowed = [host, "*.amocrm.ru", "169.254.169.254", "10.0.0.1", "[::1]"];

    await expect(filesFrom(allowed, { resolve }).open(origin)).rejects.toMatchObject(unavailable);
  });

  test("to another port of this machine is not followed", async () => {
    const inside = await start((response) => response.end("inside"));
    const { host, origin } = await start(redirectTo(`${inside.origin}/`));

    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(unavailable);
    expect(inside.requests).toEqual([]);
  });

  test("without a location fails", async () => {
    const { host, origin } = await start((response) => response.writeHead(302).end());

    await expect(filesFrom([host]).open(origin)).rejects.toMatchObject(unavailable);
  });
});

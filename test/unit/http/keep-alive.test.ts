import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { keepAliveFetch, openConnection } from "../../../lambdas/http/keep-alive.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serve = async (listener: RequestListener) => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`, sockets };
};

describe("a call over a kept connection", () => {
  test("uses the same connection as the call before, after any status", async () => {
    const { url, sockets } = await serve((request, response) => {
      request.resume().on("end", () => response.writeHead(429).end("wait"));
    });

    for (const body of ["one", "two", "three"]) {
      const answer = await keepAliveFetch(url, { method: "POST", headers: {}, body });
      await answer.text();
    }

    expect(sockets.size).toBe(1);
  });

  test("uses a new connection after an idle time without timers", async () => {
    const answered: Socket[] = [];
    const { url } = await serve((request, response) => {
      // The peer has closed the connection without a signal.
      if (answered.includes(request.socket)) return;
      answered.push(request.socket);
      request.resume().on("end", () => response.end("yes"));
    });
    await (await keepAliveFetch(url)).text();

    jest.spyOn(Date, "now").mockReturnValue(Date.now() + 20_000);
    await (await keepAliveFetch(url)).text();

    jest.restoreAllMocks();
    expect(answered).toHaveLength(2);
  });

  test("has method, path, headers and the exact bytes, with their length", async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url: path, headers } = request;
        const body = Buffer.concat(chunks).toString("utf8");
        seen.push({
          method,
          path,
          kind: headers["x-kind"],
          length: headers["content-length"],
          body,
        });
        response.end("да");
      });
    });

    const body = Buffer.from("привет");
    const answer = await keepAliveFetch(url, { method: "PUT", headers: { "X-Kind": "a" }, body });

    expect(await answer.text()).toBe("да");
    expect(seen).toEqual([
      { method: "PUT", path: "/path?q=1", kind: "a", length: "12", body: "привет" },
    ]);
  });

  test("sends a streamed body piece by piece, and returns one the same way", async () => {
    const { url } = await serve((request, response) => request.pipe(response));
    async function* pieces() {
      yield Buffer.from("при");
      yield Buffer.from("вет");
    }

    const answer = await keepAliveFetch(url, {
      method: "POST",
      headers: {},
      body: Readable.toWeb(Readable.from(pieces())) as unknown as string,
    });

    expect((await buffer(answer.body as Readable)).toString()).toBe("привет");
  });

  test("does not end a body whose source fails, and fails with the source's reason", async () => {
    let isWhole = false;
    const { url } = await serve((request) => {
      request.resume().on("end", () => {
        isWhole = true;
      });
    });
    async function* pieces() {
      yield Buffer.from("half");
      throw new Error("the source broke");
    }

    const sending = keepAliveFetch(url, {
      method: "POST",
      headers: {},
      body: pieces() as unknown as string,
    });

    await expect(sending).rejects.toThrow("the source broke");
    expect(isWhole).toBe(false);
  });

  test("returns null for a missing header, and joins a repeated one", async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { "X-Twice": ["a", "b"] }).end(),
    );

    const { headers } = await keepAliveFetch(url);

    expect([headers.get("x-none"), headers.get("X-Twice")]).toEqual([null, "a, b"]);
  });

  test("fails with the abort's reason when the answer is too slow", async () => {
    const { url } = await serve((_request, response) => response.writeHead(200).write("begun"));
    const answer = await keepAliveFetch(url, { signal: AbortSignal.timeout(50) });

    await expect(answer.text()).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("opening a connection ahead", () => {
  test("makes no connection over plain http", async () => {
    const { url, sockets } = await serve((_request, response) => response.end());

    await openConnection(url, 1000);

    expect(sockets.size).toBe(0);
  });

  test("is not a failure when no server answers", async () => {
    await expect(openConnection("https://127.0.0.1:1/", 1000)).resolves.toBeUndefined();
  });
});

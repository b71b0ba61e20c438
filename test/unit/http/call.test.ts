import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { call, noAnswer } from "../../../lambdas/http/call.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server on the loopback. Returns its address. */
const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
};
const post = { method: "POST", headers: {}, body: "{}" };

describe("one HTTP call", () => {
  test.each([200, 204, 400, 404, 429, 500])(
    "an answer of status %i is an answer",
    async (status) => {
      const url = await serve((_request, response) =>
        response.writeHead(status, { "x-a": "b" }).end(),
      );

      const answer = await call(url, post, { timeoutMillis: 1000 });

      expect([answer.status, answer.headers.get("x-a")]).toEqual([status, "b"]);
    },
  );

  test("a redirect is an answer and is not followed", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });

    const answer = await call(url, post, { timeoutMillis: 1000 });

    expect([answer.status, calls]).toEqual([302, 1]);
  });

  test("a timeout is a failure with an unknown outcome", async () => {
    const url = await serve(() => undefined);

    await expect(call(url, post, { timeoutMillis: 50, vendor: "amocrm" })).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: true,
      source: { vendor: "amocrm", kind: "no-answer" },
    });
  });

  test("a broken connection is a failure with an unknown outcome, and names no address", async () => {
    const url = await serve((request) => request.socket.destroy());

    const failure = await call(url, post, { timeoutMillis: 1000 }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: "TransientFailure", ambiguous: true });
    expect((failure as Error).message).not.toMatch(/secret-path|127\.0\.0\.1/);
  });

  test("an answer that breaks off is a failure with an unknown outcome", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    });

    await expect(call(url, post, { timeoutMillis: 1000 })).rejects.toMatchObject({
      ambiguous: true,
    });
  });
});

describe("a call without an answer", () => {
  const failed = (cause: unknown) => new TypeError("fetch failed", { cause });
  const coded = (code: string) => Object.assign(new Error("with an address"), { code });

  test.each([
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
    "CERT_HAS_EXPIRED",
  ])("because of %s was never sent", (code) => {
    expect(noAnswer(failed(coded(code)))).toMatchObject({
      message: `no answer: ${code}`,
      ambiguous: false,
    });
  });

  test.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_BODY_TIMEOUT"])(
    "because of %s may have been carried out",
    (code) => {
      expect(noAnswer(failed(coded(code)))).toMatchObject({
        message: `no answer: ${code}`,
        ambiguous: true,
      });
    },
  );

  test("within the timeout may have been carried out", () => {
    expect(noAnswer(new DOMException("late", "TimeoutError"))).toMatchObject({ ambiguous: true });
  });

  test.each([undefined, "unidentified", failed(undefined)])(
    "for an unknown cause (%#) may have been carried out, too",
    (error) => {
      expect(noAnswer(error)).toMatchObject({ message: "no answer: unknown", ambiguous: true });
    },
  );
});

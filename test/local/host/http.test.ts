import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { aFunction, anApi, aRole, hostOf } from "./support.ts";
import type { TestHost } from "./support.ts";

const source = `
export const handler = async (event) => {
  switch (event.pathParameters.action) {
    case "inferred": return { hello: "world" };
    case "binary": return { statusCode: 200, isBase64Encoded: true, body: "AP8=" };
    case "malformed": return { statusCode: "many" };
    case "cookies": return { statusCode: 204, headers: { "X-One": 1 }, cookies: ["a=1", "b=2"] };
    case "slow": return new Promise((resolve) => setTimeout(resolve, 600, { statusCode: 200 }));
    default: return { statusCode: 201, headers: { "content-type": "application/json" }, body: JSON.stringify(event) };
  }
};`;

describe("HTTP front", () => {
  let host: TestHost;

  beforeAll(async () => {
    const api = anApi("Web", "POST /hooks/{action}", "GET /hooks/fixed");
    const integration = api["Integration"] as { Properties: object };
    integration.Properties = { ...integration.Properties, TimeoutInMillis: 300 };
    host = await hostOf(
      { Resources: { Role: aRole(), Web: aFunction("web"), ...api } },
      { web: source },
    );
  });
  afterAll(() => host.close());

  const post = (path: string, body: string | Uint8Array, contentType = "application/json") =>
    fetch(`${host.url}${path}`, { method: "POST", body, headers: { "content-type": contentType } });
  const eventOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

  /** The answer to a request with this `Host`, which `fetch` does not let a test choose. */
  const statusAt = (name: string, path = "/", method = "GET") =>
    new Promise<readonly [number | undefined, string | undefined]>((resolve, reject) => {
      const sent = request(`${host.url}${path}`, { method, headers: { host: name } }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers.location]);
      });
      sent.on("error", reject).end();
    });

  test("a browser of this machine that opens the webhooks' address goes to the page of the run", async () => {
    const loopback = new URL(host.url).host;
    expect(await statusAt(loopback)).toEqual([404, undefined]);
    host.redirectBrowsersTo("http://127.0.0.1:8088/");

    expect(await statusAt(loopback)).toEqual([302, "http://127.0.0.1:8088/"]);
    expect(await statusAt("localhost:8080")).toEqual([302, "http://127.0.0.1:8088/"]);
    for (const name of [
      "words.tunnel.example",
      "127.0.0.1.attacker.example",
      "attacker.example:80",
    ]) {
      expect(await statusAt(name)).toEqual([404, undefined]);
    }
    expect(await statusAt(loopback, "/other")).toEqual([404, undefined]);
    expect(await statusAt(loopback, "/", "POST")).toEqual([404, undefined]);
  });

  test("a request becomes an event in payload format 2.0", async () => {
    const response = await fetch(`${host.url}/hooks/echo%20me?a=1&b=x&a=2`, {
      method: "POST",
      body: '{"text":"привет"}',
      headers: { "content-type": "application/json", "X-Many": "one, two", cookie: "a=1; b=2" },
    });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      version: "2.0",
      routeKey: "POST /hooks/{action}",
      rawPath: "/hooks/echo%20me",
      rawQueryString: "a=1&b=x&a=2",
      queryStringParameters: { a: "1,2", b: "x" },
      pathParameters: { action: "echo me" },
      cookies: ["a=1", "b=2"],
      headers: { "content-type": "application/json", "x-many": "one, two" },
      requestContext: { http: { method: "POST", path: "/hooks/echo%20me" }, stage: "$default" },
      body: '{"text":"привет"}',
      isBase64Encoded: false,
    });
  });

  test.each([
    { name: "text", contentType: "text/plain; charset=utf-8", isEncoded: false },
    { name: "JSON from a vendor", contentType: "application/vnd.api+json", isEncoded: false },
    { name: "a form", contentType: "application/x-www-form-urlencoded", isEncoded: true },
    { name: "bytes", contentType: "application/octet-stream", isEncoded: true },
  ])(
    "the body is in base64 only where AWS encodes it: $name",
    async ({ contentType, isEncoded }) => {
      const event = await eventOf(await post("/hooks/echo", "a=1", contentType));

      expect(event).toMatchObject({ isBase64Encoded: isEncoded, body: isEncoded ? "YT0x" : "a=1" });
    },
  );

  test.each(["application/json", "text/plain", "application/octet-stream"])(
    "bytes that are not text arrive unchanged, whatever their content type: %s",
    async (contentType) => {
      const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x7d]);

      const event = await eventOf(await post("/hooks/echo", bytes, contentType));

      expect(event).toMatchObject({ isBase64Encoded: true, body: bytes.toString("base64") });
    },
  );

  test("an object without a status becomes a JSON answer", async () => {
    const response = await post("/hooks/inferred", "{}");

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ hello: "world" });
  });

  test("an encoded answer arrives as bytes", async () => {
    const response = await post("/hooks/binary", "{}");

    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  test("headers and cookies of the answer arrive", async () => {
    const response = await post("/hooks/cookies", "{}");

    expect(response.status).toBe(204);
    expect(response.headers.get("x-one")).toBe("1");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("a malformed answer gives an internal error", async () => {
    expect((await post("/hooks/malformed", "{}")).status).toBe(500);
  });

  test("a function slower than the integration's limit gives the answer 'unavailable'", async () => {
    const response = await post("/hooks/slow", "{}");

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: "Service Unavailable" });
  });

  test.each([
    { name: "path", method: "POST", path: "/elsewhere" },
    { name: "method", method: "GET", path: "/hooks/echo" },
  ])("an unknown $name gives the answer 'not found'", async ({ method, path }) => {
    const response = await fetch(`${host.url}${path}`, { method });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: "Not Found" });
  });

  test("a body above ten megabytes is refused", async () => {
    const response = await post("/hooks/echo", new Uint8Array(10 * 1024 * 1024 + 1));

    expect(response.status).toBe(413);
  });

  test("a port in use is reported in one sentence", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;

    await expect(hostOf({ Resources: {} }, {}, { port })).rejects.toThrow(
      `Port ${port} is in use: stop the program that listens there, or set PORT to another number (0 for any free port).`,
    );
    other.close();
  });
});

import { request } from "node:http";
import type { OutgoingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Feed } from "../../local/page/feed.ts";
import { openPageServer } from "../../local/page/server.ts";
import { pageHeader } from "../../local/page/stream.ts";
import { startTelegramSimulator } from "../../local/simulators/telegram/server.ts";
import type { TelegramSimulator } from "../../local/simulators/telegram/server.ts";

let telegram: TelegramSimulator;
let server: Awaited<ReturnType<typeof openPageServer>>;
let host = "";
const feed = new Feed();
const files = new Map([["/", { type: "text/html", body: "<!doctype html>" }]]);

beforeAll(async () => {
  telegram = await startTelegramSimulator({ botToken: "1:simulated" });
  telegram.putFile("picture", Buffer.from("\x89PNG\r\n\x1a\n0000", "latin1"));
  telegram.putFile("page", Buffer.from("<script>alert(1)</script>"));
  const run = { telegram, amocrm: undefined };
  const refresh = async () => undefined;
  server = await openPageServer({ run, files, feed, breakIt: undefined, refresh, port: 0 });
  host = new URL(server.origin).host;
});
afterAll(async () => {
  await server.close();
  await telegram.close();
});

/** A request with any headers, also those that `fetch` sets itself. */
async function ask(method: string, path: string, headers: OutgoingHttpHeaders, body = "") {
  const answer = Promise.withResolvers<{
    status: number;
    headers: OutgoingHttpHeaders;
    body: string;
  }>();
  const sent = request(`${server.origin}${path}`, { method, headers }, (response) => {
    const { statusCode: status = 0, headers: given } = response;
    if (path === "/stream" && status === 200) {
      response.once("data", (part: Buffer) => {
        answer.resolve({ status, headers: given, body: part.toString() });
        sent.destroy();
      });
      return;
    }
    void text(response).then((read) => answer.resolve({ status, headers: given, body: read }));
  });
  sent.on("error", answer.reject);
  sent.end(body);
  return answer.promise;
}

/** What a browser sends for the page's own script. */
const own = () => ({ host, "sec-fetch-site": "same-origin", [pageHeader]: "1" });
const requests = [
  { method: "GET", path: "/stream", body: "" },
  { method: "POST", path: "/act/telegram/files/note", body: "Hello" },
  { method: "GET", path: "/media/telegram/picture", body: "" },
];

describe("the page's own requests", () => {
  test.each(requests)("$method $path is answered", async ({ method, path, body }) => {
    expect((await ask(method, path, own(), body)).status).toBe(200);
  });

  test("an equal Origin does for a browser without Sec-Fetch-Site", async () => {
    const headers = { host, origin: `http://${host}`, [pageHeader]: "1" };
    expect((await ask("GET", "/stream", headers)).status).toBe(200);
  });

  test.each([{ name: "127.0.0.1" }, { name: "localhost" }])(
    "the page opens under $name, with a strict policy",
    async ({ name }) => {
      const port = host.split(":")[1];
      const { status, headers } = await ask("GET", "/", { host: `${name}:${port}` });

      expect(status).toBe(200);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    },
  );
});

describe("a request from elsewhere", () => {
  test.each([
    { name: "a name that was rebound to this machine", foreign: "attacker.example" },
    { name: "a tunnel", foreign: "random-words.trycloudflare.example" },
    { name: "another port of this machine", foreign: "127.0.0.1:1" },
  ])("through $name gets nothing, also not the page", async ({ foreign }) => {
    const headers = { ...own(), host: foreign, origin: `http://${foreign}` };
    for (const { method, path, body } of [{ method: "GET", path: "/", body: "" }, ...requests]) {
      expect((await ask(method, path, headers, body)).status).toBe(421);
    }
  });

  test.each([
    { name: "another site", headers: { "sec-fetch-site": "cross-site" } },
    { name: "another port of the same host", headers: { "sec-fetch-site": "same-site" } },
    { name: "an address that a person typed", headers: { "sec-fetch-site": "none" } },
    { name: "another origin", headers: { origin: "https://attacker.example" } },
    {
      name: "another origin that calls itself the same",
      headers: { origin: "https://attacker.example", "sec-fetch-site": "same-origin" },
    },
    { name: "a program that says nothing", headers: {} },
  ])("from $name gets no stream, act or file", async ({ headers }) => {
    telegram.putFile("note", Buffer.from("before"));
    for (const { method, path, body } of requests) {
      const given = { host, [pageHeader]: "1", ...headers };
      expect((await ask(method, path, given, body)).status).toBe(403);
    }
    expect(telegram.file("note")?.toString()).toBe("before");
  });

  test("without the page's header gets no stream and no act", async () => {
    const { [pageHeader]: _header, ...without } = own();
    for (const { method, path, body } of requests.slice(0, 2)) {
      expect((await ask(method, path, without, body)).status).toBe(403);
    }
  });
});

describe("the page's server", () => {
  test("shows a picture, and gives a file with markup only as a download", async () => {
    const picture = await ask("GET", "/media/telegram/picture", own());
    const page = await ask("GET", "/media/telegram/page", own());

    expect(picture.headers["content-type"]).toBe("image/png");
    expect(page.headers["content-type"]).toBe("application/octet-stream");
    expect(page.headers["content-disposition"]).toBe("attachment");
  });

  test.each([
    { method: "GET", path: "/nothing", status: 404 },
    { method: "GET", path: "/media/telegram/nothing", status: 404 },
    { method: "GET", path: "/media/telegram/%E0%A4%A", status: 404 },
    { method: "POST", path: "/act/amocrm/conversations/1/say", status: 404 },
    { method: "POST", path: "/act/break/nothing", status: 404 },
    { method: "POST", path: "/act/telegram/nothing", status: 404 },
    { method: "GET", path: "/act/telegram/messages", status: 405 },
    { method: "POST", path: "/", status: 405 },
  ])("answers $method $path with $status and a sentence", async ({ method, path, status }) => {
    const answer = await ask(method, path, own());

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.stringMatching(/\.$/) });
  });

  test("takes no act of unknown or too large a size", async () => {
    for (const size of [{ "transfer-encoding": "chunked" }, { "content-length": "99000000" }]) {
      const { status } = await ask("POST", "/act/telegram/files/note", { ...own(), ...size });
      expect(status).toBe(413);
    }
  });

  test("answers an act that is not possible with the simulator's sentence", async () => {
    const answer = await ask("POST", "/act/telegram/block/999", own());

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      error: "Customer 999 has not written to the bot yet.",
    });
  });
});

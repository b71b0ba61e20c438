import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import { parseRfc2822 } from "../../../local/simulators/amocrm/check-signature.ts";
import { Client, channel } from "./support/amocrm-client.ts";

type Vector = {
  name: string;
  method: string;
  path: string;
  date: string;
  content_md5: string;
  x_signature: string;
  body: string;
};
const published = JSON.parse(
  readFileSync(new URL("../../fixtures/amocrm/signature-vectors.json", import.meta.url), "utf8"),
) as { vectors: Vector[] };

const minuteMillis = 60_000;
const date = "Wed, 15 Dec 2021 23:12:55 +0000";
const nowMillis = Date.parse(date);
const body = Buffer.from('{"conversation_id":"c","user":{"id":"u","name":"Ann"}}');

describe("the signature check of the simulated Chats API", () => {
  let client: Client;
  let now = nowMillis;
  beforeEach(async () => {
    now = nowMillis;
    client = await Client.start({ now: () => now });
  });
  afterEach(() => client.amocrm.close());

  const sign = (overrides: { method?: string; path?: string; date?: string; body?: Buffer } = {}) =>
    signRequest(
      { method: "POST", path: path(), date, body, ...overrides },
      channel.channelSecret,
    ) as Record<string, string>;
  const path = () => `/v2/origin/custom/${client.amocrm.scopeId}/chats`;

  test.each(published.vectors)("accepts the published vector $name", async (vector) => {
    now = Date.parse(vector.date);
    const conversation = Buffer.from(
      '{"conversation_id":"my_int-d5a421f7f218","user":{"id":"u","name":"Ann"}}',
    );
    await client.send(
      "POST",
      path(),
      conversation,
      sign({ body: conversation, date: vector.date }),
    );

    const answer = await client.send(vector.method, vector.path, Buffer.from(vector.body), {
      Date: vector.date,
      "Content-Type": "application/json",
      "Content-MD5": vector.content_md5,
      "X-Signature": vector.x_signature,
    });

    expect([200, 204]).toContain(answer.status);
  });

  test.each<{ name: string; headers: () => Record<string, string | undefined> }>([
    { name: "no headers at all", headers: () => ({}) },
    { name: "no date", headers: () => ({ ...sign(), Date: undefined }) },
    { name: "no MD5", headers: () => ({ ...sign(), "Content-MD5": undefined }) },
    { name: "no signature", headers: () => ({ ...sign(), "X-Signature": undefined }) },
    {
      name: "a content type with a charset",
      headers: () => ({ ...sign(), "Content-Type": "application/json; charset=utf-8" }),
    },
    {
      name: "an MD5 in base64",
      headers: () => ({
        ...sign(),
        "Content-MD5": createHash("md5").update(body).digest("base64"),
      }),
    },
    {
      name: "an MD5 in upper case",
      headers: () => ({ ...sign(), "Content-MD5": sign()["Content-MD5"]?.toUpperCase() }),
    },
    { name: "another body", headers: () => sign({ body: Buffer.from("{}") }) },
    { name: "another method", headers: () => sign({ method: "GET" }) },
    { name: "another path", headers: () => sign({ path: "/v2/origin/custom/chats" }) },
    {
      name: "another date than the signed one",
      headers: () => ({ ...sign(), Date: "Wed, 15 Dec 2021 23:12:56 +0000" }),
    },
    { name: "a date in ISO form", headers: () => sign({ date: "2021-12-15T23:12:55Z" }) },
    {
      name: "a date with a colon in its offset",
      headers: () => sign({ date: "Thu, 16 Dec 2021 02:12:55 +03:00" }),
    },
    { name: "an impossible month", headers: () => sign({ date: "15 Foo 2021 23:12:55 +0000" }) },
  ])("refuses $name with 403", async ({ headers }) => {
    const given = Object.entries(headers()).filter(([, value]) => value !== undefined);

    const answer = await client.send(
      "POST",
      path(),
      body,
      Object.fromEntries(given) as Record<string, string>,
    );

    expect(answer).toMatchObject({
      status: 403,
      body: {
        status: 0,
        error_code: 403,
        error_type: "ORIGIN_INVALID_SIGNATURE",
        error_description: "invalid signature",
      },
    });
    expect(client.amocrm.calls()[0]?.reason).toBeDefined();
    expect(client.amocrm.messages()).toEqual([]);
  });

  test.each([
    { name: "15 minutes old", ageMillis: 15 * minuteMillis, status: 200 },
    { name: "a second more than 15 minutes old", ageMillis: 15 * minuteMillis + 1000, status: 403 },
    { name: "5 minutes ahead", ageMillis: -5 * minuteMillis, status: 200 },
    {
      name: "a second more than 5 minutes ahead",
      ageMillis: -5 * minuteMillis - 1000,
      status: 403,
    },
  ])("answers a date $name with $status", async ({ ageMillis, status }) => {
    now = nowMillis + ageMillis;

    expect((await client.send("POST", path(), body, sign())).status).toBe(status);
  });

  test("refuses another secret", async () => {
    const headers = signRequest({ method: "POST", path: path(), date, body }, "wrong");

    expect((await client.send("POST", path(), body, headers)).status).toBe(403);
  });

  test("answers 'not found' for an unregistered scope, whatever its signature", async () => {
    const unknown = `/v2/origin/custom/${channel.channelId}_other/chats`;

    const answer = await client.send("POST", unknown, body, {});

    expect(answer).toMatchObject({ status: 404, body: { error_type: "ORIGIN_NOT_REGISTERED" } });
  });

  test("does not include the query in the signed text", async () => {
    const historyPath = `/v2/origin/custom/${client.amocrm.scopeId}/chats/none/history`;
    const headers = sign({ method: "GET", path: historyPath, body: Buffer.alloc(0) });

    const answer = await client.send("GET", `${historyPath}?limit=5`, Buffer.alloc(0), headers);

    expect(answer.status).toBe(204);
  });
});

describe("parsing an RFC 2822 date", () => {
  test.each([
    "Wed, 15 Dec 2021 23:12:55 +0000",
    "Wed, 15 Dec 2021 23:12:55 GMT",
    "Wed, 15 Dec 2021 23:12:55 -0000",
    "15 Dec 2021 23:12:55 +0000",
    "Thu, 16 Dec 2021 02:12:55 +0300",
    "Wed, 15 Dec 2021 21:42:55 -0130",
  ])("%s is the same time", (text) => {
    expect(parseRfc2822(text)).toBe(nowMillis);
  });
});

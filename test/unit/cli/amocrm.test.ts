import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  connectChannel,
  disconnectChannel,
  accountOfScope,
} from "../../../cli/amocrm/connection.ts";
import { readAccountId } from "../../../cli/amocrm/main-api.ts";
import { signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import { aStage, failureOf, startVendor } from "./support.ts";

let vendor: Awaited<ReturnType<typeof startVendor>>;
beforeAll(async () => {
  vendor = await startVendor();
});
afterAll(() => vendor.close());
beforeEach(() => {
  vendor.asked.length = 0;
});
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vendor.answer = { status, body: text, headers };
};
const expectSentence = (failure: string, says: string) => {
  expect(failure).toMatch(/^CommandFailure: [^\n]*$/);
  expect(failure).toContain(says);
  expect(failure).not.toContain("hunter2");
};

describe("the account request", () => {
  const ask = () => readAccountId(aStage({ amocrmOrigin: vendor.origin }), "hunter2");

  test("carries the token and reads the amojo id", async () => {
    answer(200, { id: 1, amojo_id: "af9945ff" });

    expect(await ask()).toBe("af9945ff");
    expect(vendor.asked[0]).toMatchObject({
      method: "GET",
      url: "/api/v4/account?with=amojo_id",
      headers: { authorization: "Bearer hunter2" },
    });
  });

  test.each([
    { status: 401, body: {}, says: "not accept the API token (401): set another" },
    {
      status: 401,
      body: {},
      says: 'create it in the tab "Ключи и доступы" of the integration (http',
    },
    { status: 402, body: {}, says: "is not paid (402)" },
    { status: 403, body: "<h1>403 Forbidden</h1>", says: "calls from this address are blocked" },
    { status: 429, body: {}, says: "with 429: try again later" },
    { status: 502, body: "<html>", says: "with 502: try again later" },
    { status: 404, body: { detail: "for hunter2" }, says: "with 404: for …" },
    { status: 200, body: {}, says: "unknown format without a usable amojo_id" },
    { status: 200, body: "<html>", says: "unknown format" },
  ])("answered with $status is one sentence", async ({ status, body, says }) => {
    answer(status, body);

    expectSentence(await failureOf(ask()), says);
  });

  test("a redirect is not followed, so the token is not sent elsewhere", async () => {
    answer(301, "", { location: `${vendor.origin}/elsewhere` });

    expectSentence(await failureOf(ask()), "with a redirect (301): check its address");
    expect(vendor.asked).toHaveLength(1);
  });

  test("without a token amoCRM is not called", async () => {
    const work = readAccountId(aStage({ amocrmOrigin: vendor.origin }), "");

    expectSentence(await failureOf(work), "or name the account with --account-id");
    expect(vendor.asked).toEqual([]);
  });

  test("a missing answer is one sentence", async () => {
    const work = readAccountId(aStage({ amocrmOrigin: "http://127.0.0.1:1" }), "hunter2");

    expectSentence(await failureOf(work), "amoCRM at 127.0.0.1:1 gave no answer");
  });
});

describe("the connection of a channel", () => {
  const now = new Date("2021-12-15T23:12:55Z");
  const channel = { channelId: "f90ba33d", current: "hunter2-hunter2" };
  const connect = (title?: string) => {
    const stage = aStage({ amojoOrigin: vendor.origin });
    return connectChannel(stage, channel, { accountId: "af9945ff", title }, now);
  };

  test.each([
    { title: undefined, more: {} },
    { title: "Telegram — чат", more: { title: "Telegram — чат" } },
  ])("requests version 2 and signs the sent bytes; title: $title", async (given) => {
    answer(200, { account_id: "af9945ff", scope_id: "f90ba33d_af9945ff" });

    expect(await connect(given.title)).toBe("f90ba33d_af9945ff");
    const [{ method, url, headers, body } = vendor.asked[0]!] = vendor.asked;
    expect({ method, url }).toEqual({ method: "POST", url: "/v2/origin/custom/f90ba33d/connect" });
    expect(JSON.parse(body.toString())).toEqual({
      account_id: "af9945ff",
      hook_api_version: "v2",
      ...given.more,
    });
    const date = "Wed, 15 Dec 2021 23:12:55 +0000";
    const signed = signRequest({ method: "POST", path: url ?? "", date, body }, channel.current);
    expect(headers).toMatchObject({
      date,
      "content-type": "application/json",
      "content-md5": signed["Content-MD5"],
      "x-signature": signed["X-Signature"],
    });
  });

  test.each([
    {
      status: 400,
      body: { error_description: "no hunter2-hunter2" },
      says: "(400): no …; only accounts",
    },
    { status: 400, body: "", says: "refused the connection (400); only accounts that you named" },
    { status: 403, body: {}, says: "the channel secret is wrong for channel f90ba33d (403)" },
    { status: 404, body: "", says: "amoCRM has no channel f90ba33d (404)" },
    { status: 500, body: "", says: "answered the connection with 500: try again later" },
    { status: 418, body: { error_description: "tea" }, says: "with 418: tea" },
    { status: 200, body: { scope_id: "" }, says: "without a usable scope_id" },
    { status: 200, body: { scope_id: "a/../b" }, says: "without a usable scope_id" },
  ])("answered with $status $body is one sentence", async ({ status, body, says }) => {
    answer(status, body);

    expectSentence(await failureOf(connect()), says);
  });
});

describe("the disconnection of a channel", () => {
  const now = new Date("2021-12-15T23:12:55Z");
  const channel = { channelId: "f90ba33d", current: "hunter2-hunter2" };
  const disconnect = () =>
    disconnectChannel(aStage({ amojoOrigin: vendor.origin }), channel, "af9945ff", now);

  test.each([
    { status: 200, body: "" },
    { status: 200, body: "{}" },
    { status: 204, body: "" },
  ])(
    "sends the account and the length, and signs the sent bytes; $status $body is success",
    async ({ status, body: answered }) => {
      answer(status, answered);

      await disconnect();

      const [{ method, url, headers, body } = vendor.asked[0]!] = vendor.asked;
      const path = "/v2/origin/custom/f90ba33d/disconnect";
      expect({ method, url }).toEqual({ method: "DELETE", url: path });
      expect(body.toString()).toBe('{"account_id":"af9945ff"}');
      const date = "Wed, 15 Dec 2021 23:12:55 +0000";
      const signed = signRequest({ method: "DELETE", path, date, body }, channel.current);
      expect(headers).toMatchObject({
        "content-length": String(body.length),
        "content-md5": signed["Content-MD5"],
        "x-signature": signed["X-Signature"],
      });
    },
  );

  test.each([
    { status: 400, body: { error_description: "no hunter2-hunter2" }, says: "with 400: no …" },
    { status: 403, body: {}, says: "the channel secret is wrong for channel f90ba33d (403)" },
    { status: 404, body: "", says: "amoCRM has no channel f90ba33d (404)" },
    { status: 502, body: "<html>", says: "answered the disconnection with 502: try again later" },
  ])("answered with $status is one sentence", async ({ status, body, says }) => {
    answer(status, body);

    expectSentence(await failureOf(disconnect()), says);
  });
});

test.each([
  { scopeId: "f90ba33d_af9945ff-1490", account: "af9945ff-1490" },
  { scopeId: "f90ba33d_", account: undefined },
  { scopeId: "other_af9945ff", account: undefined },
  { scopeId: "", account: undefined },
])("the account in the scope id '$scopeId' is $account", ({ scopeId, account }) => {
  expect(accountOfScope(scopeId, "f90ba33d")).toBe(account);
});

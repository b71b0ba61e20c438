import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, useBridge, statusOf, textsTo } from "./bridge.ts";

const accountId = "af9945ff-1490-4cad-807d-945c15d88bec";
const secret = "an-integration-test-secret";
const dora = { id: 51, first_name: "Dora" };
const conversationId = "tg-1000000001-51";

const bridge = useBridge({
  AMOCRM_CHANNEL_SECRET: secret,
  TELEGRAM_WEBHOOK_SECRET: "hook-secret",
});
beforeAll(async () => {
  await bridge.telegram.customerSays(dora, "hello");
  await eventually("the chat", () => bridge.amocrm.messages().length > 0);
});

const post = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  (await fetch(bridge.run.host.url + path, { method: "POST", body, headers })).status;
const sign = (body: string | Buffer) => createHmac("sha1", secret).update(body).digest("hex");
const hookPath = () => `/amocrm/${bridge.run.scopeId}`;
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/amocrm/${name}.json`, import.meta.url), "utf8");
const seconds = Math.floor(Date.now() / 1000);
const aHook = (message: object, rest: object = {}) =>
  JSON.stringify({
    account_id: accountId,
    time: seconds,
    message: {
      conversation: { id: "c0ffee00-0000-4000-8000-000000000001", client_id: conversationId },
      sender: { id: "operator" },
      receiver: { id: "customer", client_id: "tg-51" },
      timestamp: seconds,
      msec_timestamp: seconds * 1000,
      message: { type: "text", text: "forged", ...message },
    },
    ...rest,
  });

describe("requests that the webhooks refuse", () => {
  test.each([
    { name: "an unknown path", path: "/nothing", status: 404 },
    { name: "an unknown scope", path: "/amocrm/other_scope", status: 404 },
    { name: "no signature", path: "/amocrm/other_scope", signature: "", status: 401 },
    { name: "a wrong secret token", path: "/telegram", status: 401 },
  ])("$name is answered with $status", async ({ path, signature = "f".repeat(40), status }) => {
    const headers = { "X-Telegram-Bot-Api-Secret-Token": "wrong", "X-Signature": signature };

    expect(await post(path, "{}", headers)).toBe(status);
  });

  test("a wrong method is answered with 404", async () => {
    const answer = await fetch(`${bridge.run.host.url}/telegram`);

    expect(answer.status).toBe(404);
  });

  test("an event over Lambda's 6 MB is answered with 413 before our code runs, and our code answers 413 to one slightly below", async () => {
    const headers = { "Content-Type": "application/json" };
    // In the event, which is JSON, a backslash counts twice, so 5 MB of Telegram's escapes are
    // nearly 6 MB.
    const escapes = (bytes: number) => "\\u0448".repeat(bytes / 6);

    expect(await post("/telegram", escapes(5_000_000), headers)).toBe(401);
    expect(await post("/amocrm/other_scope", escapes(5_000_000), headers)).toBe(401);
    expect(await post("/telegram", escapes(5_400_000), headers)).toBe(413);
    expect(await post("/amocrm/other_scope", escapes(5_400_000), headers)).toBe(413);
  });

  test("a hook with a wrong signature gets 401 and nothing reaches Telegram", async () => {
    const body = aHook({ id: "00000000-0000-4000-8000-000000000001" });

    const status = await post(hookPath(), body, { "X-Signature": sign(`${body} `) });

    expect(status).toBe(401);
    await bridge.amocrm.operatorSays(conversationId, "a real answer");
    await eventually("the real answer", () => textsTo(bridge.telegram, 51).length > 0);
    expect(textsTo(bridge.telegram, 51)).toEqual(["a real answer"]);
  });
});

describe("authentic hooks that cannot be read are accepted and parked", () => {
  test.each([
    { name: "an empty one", body: "" },
    { name: "one that is not JSON", body: "not json" },
    { name: "a v1 hook", body: fixture("hook-v1-deprecated") },
    { name: "an unknown kind", body: JSON.stringify({ account_id: accountId, news: { a: 1 } }) },
    { name: "bytes that are not text", body: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
    {
      name: "bytes that are not text, with a text type",
      body: Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x7d]),
      type: "application/json",
    },
  ])("$name", async ({ body, type }) => {
    const called = type === undefined ? {} : { "Content-Type": type };
    const status = await post(hookPath(), body, { "X-Signature": sign(body), ...called });

    expect(status).toBe(200);
    const encoded = Buffer.from(body).toString("base64");
    await eventually("the parked hook", async () => {
      const parked = await bridge.parked("not-understood");
      return parked.some(
        ({ message }) => (JSON.parse(message) as { body: string }).body === encoded,
      );
    });
  });

  test("one for another account", async () => {
    const body = aHook({ id: "00000000-0000-4000-8000-000000000002" }, { account_id: "other" });

    const status = await post(hookPath(), body, { "X-Signature": sign(body) });

    expect(status).toBe(200);
    await eventually("the parked hook", async () => (await bridge.parked("foreign-account"))[0]);
    expect(textsTo(bridge.telegram, 51)).not.toContain("forged");
  });

  test("an authentic Telegram body that is not an update", async () => {
    const headers = { "X-Telegram-Bot-Api-Secret-Token": "hook-secret" };

    const status = await post("/telegram", "not an update", headers);

    expect(status).toBe(200);
    const encoded = Buffer.from("not an update").toString("base64");
    await eventually("the parked body", async () =>
      (await bridge.parked("not-understood")).some(({ message }) => message.includes(encoded)),
    );
  });
});

describe("events that are ignored", () => {
  test.each(["hook-typing", "hook-reaction"])("%s is accepted with a log line", async (name) => {
    const hook = JSON.parse(fixture(name)) as object;
    const body = JSON.stringify({ ...hook, account_id: accountId });
    const before = bridge.log.length;

    const status = await post(hookPath(), body, { "X-Signature": sign(body) });

    expect(status).toBe(200);
    await eventually("the log line", () =>
      bridge.log.slice(before).some((line) => line.includes("EventIgnored")),
    );
  });

  test("an update of an unknown kind is accepted with a log line", async () => {
    const before = bridge.log.length;

    const { status } = await bridge.telegram.sendUpdate({ brand_new_kind: { id: 1 } });

    expect(status).toBe(200);
    await eventually("the log line", () =>
      bridge.log.slice(before).some((line) => line.includes("brand_new_kind")),
    );
  });
});

describe("the operator gets an error for", () => {
  /** amoCRM knows the message. Its own hook is lost, and the test's hook goes out instead. */
  const hookInPlaceOf = async (change: (hook: ReturnType<typeof parts>) => void) => {
    bridge.amocrm.faults.add({ match: "hook", dropRequest: true });
    const { messageId } = await bridge.amocrm.operatorSays(conversationId, "replaced");
    const hook = parts(aHook({ id: messageId }));
    change(hook);
    const body = JSON.stringify(hook);
    expect(await post(hookPath(), body, { "X-Signature": sign(body) })).toBe(200);
    return eventually("the status", () => statusOf(bridge.amocrm, messageId));
  };
  const parts = (hook: string) =>
    JSON.parse(hook) as {
      message: { conversation: Record<string, unknown>; message: Record<string, unknown> };
    };

  test("a message of an unknown type without text: 905 with a sentence", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      message.message["type"] = "hologram";
      message.message["text"] = "";
    });

    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/пока нельзя/);
  });

  test("a first message without client_id: 904 with the link that invites the customer", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      delete message.conversation["client_id"];
    });

    expect(status).toMatchObject({ status: -1, errorCode: 904 });
    expect(status.error).toMatch(/не может написать первым.*https:\/\/t\.me\/simulated_bot$/);
  });

  test("a conversation that is not ours: 904", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      message.conversation["client_id"] = "my_int-d5a421f7f218";
    });

    expect(status).toMatchObject({ status: -1, errorCode: 904 });
  });

  test("a message without text: 905", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      message.message["text"] = "  ";
    });

    expect(status).toMatchObject({ status: -1, errorCode: 905 });
  });

  test("a hook in which only the message id can be read: 905", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      message.message["type"] = 5;
    });

    expect(status).toMatchObject({ status: -1, errorCode: 905 });
  });

  test.each([
    { name: "a customer who blocked the bot", id: 52, errorCode: 901, expected: /заблокировал/ },
    { name: "a customer whose account was deleted", id: 53, errorCode: 901, expected: /удалил/ },
  ])("$name: $errorCode", async ({ id, errorCode, expected }) => {
    const conversation = `tg-1000000001-${id}`;
    await bridge.telegram.customerSays({ id, first_name: "Eve" }, "hi");
    await eventually("the chat", () =>
      bridge.amocrm.messages().find((message) => message.conversationId === conversation),
    );
    if (errorCode === 901 && id === 52) bridge.telegram.block(id);
    else bridge.telegram.deactivate(id);

    const { messageId } = await bridge.amocrm.operatorSays(conversation, "are you there?");

    const status = await eventually("the status", () => statusOf(bridge.amocrm, messageId));
    expect(status).toMatchObject({ status: -1, errorCode });
    expect(status.error).toMatch(expected);
  });

  test("a chat that Telegram does not know: 904", async () => {
    const status = await hookInPlaceOf(({ message }) => {
      message.conversation["client_id"] = "tg-1000000001-999999";
    });

    expect(status).toMatchObject({ status: -1, errorCode: 904 });
  });
});

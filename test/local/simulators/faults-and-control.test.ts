import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Faults } from "../../../local/simulators/faults.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Client, aNewMessage } from "./support/amocrm-client.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
let client: Client;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(receiver.url, "secret");
  await telegram.customerSays(ann, "Hi");
  await telegram.customerSays(bob, "Hi");
  client = await Client.start();
  client.amocrm.setHookUrl(receiver.url);
});
afterEach(() => Promise.all([receiver.close(), telegram.close(), client.amocrm.close()]));

const send = (chatId = ann.id) => call(telegram, "sendMessage", { chat_id: chatId, text: "Hello" });

describe("a control request that does not come from this machine's programs", () => {
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const path = `${telegram.root}/_sim/faults`;
      const sent = request(path, { method: "DELETE", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject).end();
    });

  test.each<{ name: string; headers: Record<string, string>; status: number }>([
    { name: "a program's own request is answered", headers: {}, status: 200 },
    {
      name: "the page's request is answered",
      headers: { "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:8088" },
      status: 200,
    },
    { name: "a rebound name", headers: { host: "attacker.example" }, status: 403 },
    { name: "another site", headers: { "sec-fetch-site": "cross-site" }, status: 403 },
    { name: "another origin", headers: { origin: "https://attacker.example" }, status: 403 },
    { name: "a page without an origin", headers: { origin: "null" }, status: 403 },
  ])("$name: $status", async ({ headers, status }) => {
    expect(await ask(headers)).toBe(status);
  });
});

test("a fault with a duration applies to every call until then, and its name removes it", () => {
  let nowMillis = 1000;
  const faults = new Faults(() => nowMillis);
  faults.add({ match: "send", status: 429, forSeconds: 10, name: "limit" });
  faults.add({ match: "send", status: 500, forSeconds: 60, name: "down" });
  const statusNow = () => faults.take("sendMessage", undefined)?.status;

  expect([statusNow(), statusNow()]).toEqual([429, 429]);
  expect(faults.planned()[0]).toMatchObject({ name: "limit", untilMillis: 11_000 });
  expect(faults.unmet()).toEqual([]);
  nowMillis = 11_000;
  expect(statusNow()).toBe(500);
  faults.remove("down");
  expect(statusNow()).toBeUndefined();
});

describe("a fault of Telegram", () => {
  test("with a status answers instead of doing the work, a set number of times", async () => {
    telegram.faults.add({ match: "sendMessage", status: 502, times: 2 });

    const answers = [await send(), await send(), await send()];

    expect(answers.map(({ http }) => http)).toEqual([502, 502, 200]);
    expect(telegram.messages()).toHaveLength(1);
  });

  test("with a body and headers gives exactly those", async () => {
    const body = { ok: false, error_code: 429, parameters: { retry_after: 7 } };
    telegram.faults.add({ match: "send", status: 429, body, headers: { "Retry-After": "7" } });

    expect(await send()).toEqual({ http: 429, ...body });
  });

  test("without a body gives Telegram's text", async () => {
    telegram.faults.add({ match: "sendMessage", status: 429 });

    expect(await send()).toMatchObject({ parameters: { retry_after: 1 } });
  });

  test("that loses the answer still does the work", async () => {
    telegram.faults.add({ match: "sendMessage", loseAnswer: true });

    await expect(send()).rejects.toThrow("fetch failed");

    expect(telegram.messages()).toHaveLength(1);
    expect(telegram.calls()).toMatchObject([{ method: "sendMessage", status: 0 }]);
  });

  test("that loses the answer behind a gateway still does the work", async () => {
    telegram.faults.add({ match: "sendMessage", loseAnswer: true, status: 504 });

    expect((await send()).http).toBe(504);
    expect(telegram.messages()).toHaveLength(1);
  });

  test("that drops the request does nothing", async () => {
    telegram.faults.add({ match: "sendMessage", dropRequest: true });

    await expect(send()).rejects.toThrow("fetch failed");

    expect(telegram.messages()).toEqual([]);
  });

  test("with a delay answers late", async () => {
    telegram.faults.add({ match: "sendMessage", delayMillis: 60 });
    const startedAt = Date.now();

    expect((await send()).http).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(55);
  });

  test("applies to one chat only, if it names one", async () => {
    telegram.faults.add({ match: "sendMessage", status: 500, chatId: String(ann.id) });

    expect([(await send(bob.id)).http, (await send()).http]).toEqual([200, 500]);
  });

  test("can be removed", async () => {
    telegram.faults.add({ match: "sendMessage", status: 500 });
    telegram.faults.clear();

    expect((await send()).http).toBe(200);
  });

  test("that loses the webhook's answer sends the update twice", async () => {
    const before = receiver.received.length;
    telegram.faults.add({ match: "webhook", loseAnswer: true });

    await telegram.customerSays(ann, "Again");

    const [first, second] = receiver.received.slice(before);
    expect(first?.raw).toContain("Again");
    expect(second?.raw).toBe(first?.raw);
  });
});

describe("a fault of amoCRM", () => {
  test("that loses the answer of a new message still stores the message", async () => {
    client.amocrm.faults.add({ match: "/v2/origin/custom/", loseAnswer: true });

    await expect(client.call("POST", "", aNewMessage())).rejects.toThrow("fetch failed");

    expect(client.amocrm.messages()).toHaveLength(1);
    expect((await client.call("POST", "", aNewMessage())).status).toBe(400);
  });

  test("applies to the calls of one conversation, also to a status with amojo's id", async () => {
    await client.call("POST", "", aNewMessage());
    await client.call("POST", "", aNewMessage({ msgid: "m2", conversation_id: "tg-1-8" }));
    const [ours, other] = client.amocrm.messages();
    const fault = { match: "delivery_status", status: 500, chatId: "tg-1-7" };
    client.amocrm.faults.add(fault);

    const report = (id = "") => client.call("POST", `${id}/delivery_status`, { status_code: 1 });

    expect((await report(other?.id)).status).toBe(200);
    expect((await report(ours?.id)).status).toBe(500);
  });

  test("answers the main API's problem document or any given body", async () => {
    client.amocrm.faults.add({ match: "/api/v4/", status: 429 });
    client.amocrm.faults.add({ match: "/api/v4/", status: 403, body: "<h1>403 Forbidden</h1>" });

    expect((await client.api("GET", "account")).body).toMatchObject({ retry_after: 1 });
    expect((await client.api("GET", "account")).text).toBe("<h1>403 Forbidden</h1>");
  });
});

describe("control over HTTP", () => {
  const control = async (origin: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${origin}/_sim/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const toTelegram = (method: string, path: string, body?: unknown) =>
    control(telegram.root, method, path, body);
  const toAmocrm = (method: string, path: string, body?: unknown) =>
    control(client.amocrm.origin, method, path, body);

  test("a customer writes", async () => {
    const message = { text: "Hello", first_name: "Cid", language_code: "en" };

    const answer = await toTelegram("POST", "customers/9/say", message);

    expect(answer).toMatchObject({ status: 200, body: { messageId: 1, accepted: true } });
    expect(receiver.bodies().at(-1)).toMatchObject({
      message: { text: "Hello", from: { id: 9, first_name: "Cid", language_code: "en" } },
    });
  });

  test("any update can be sent", async () => {
    const answer = await toTelegram("POST", "updates", { poll: { id: "1" } });

    expect(answer).toMatchObject({ status: 200, body: { status: 200 } });
    expect(receiver.bodies().at(-1)).toMatchObject({ poll: { id: "1" } });
  });

  test("a customer blocks and unblocks the bot", async () => {
    await toTelegram("POST", `block/${ann.id}`);
    const blocked = await send();
    await toTelegram("POST", `unblock/${ann.id}`);

    expect([blocked.http, (await send()).http]).toEqual([403, 200]);
  });

  test("an operator answers", async () => {
    await client.call("POST", "", aNewMessage());

    const answer = await toAmocrm("POST", "conversations/tg-1-7/say", { text: "Yes" });

    expect(answer).toMatchObject({ status: 200, body: { status: 200 } });
    expect(receiver.bodies().at(-1)).toMatchObject({ message: { message: { text: "Yes" } } });
  });

  test("any hook can be sent", async () => {
    await toAmocrm("POST", "hooks", { body: { any: 1 } });
    await toAmocrm("POST", "hooks", { raw: "{", signature: "bad" });

    expect(receiver.received.slice(-2)).toMatchObject([
      { raw: '{"any":1}' },
      { raw: "{", headers: { "x-signature": "bad" } },
    ]);
  });

  test("faults are set and removed", async () => {
    await toTelegram("POST", "faults", { match: "sendMessage", status: 500 });
    const recorded = await send();
    await toTelegram("POST", "faults", { match: "sendMessage", status: 500 });
    await toTelegram("DELETE", "faults");

    expect([recorded.http, (await send()).http]).toEqual([500, 200]);
  });

  test("all stored data is shown", async () => {
    await send();
    await client.call("POST", "", aNewMessage());

    expect((await toTelegram("GET", "messages")).body).toMatchObject({
      messages: [{ text: "Hello", chatId: ann.id }],
      chats: [{ dialogue: [{ text: "Hi" }, { text: "Hello" }] }, { customer: bob }],
    });
    expect((await toAmocrm("GET", "messages")).body).toMatchObject({
      messages: [{ text: "Hello", conversationId: "tg-1-7" }],
      leads: [{ conversationId: "tg-1-7" }],
    });
  });

  test.each<{ path: string; body: unknown; method?: string; status?: number }>([
    { path: "customers/9/say", body: {} },
    { path: "customers/9/say", body: { text: 5 } },
    { path: "customers/nine/say", body: { text: "Hello" } },
    { path: "updates", body: [] },
    { path: "updates", body: {} },
    { path: "block/12345", body: undefined },
    { path: "faults", body: { match: "" } },
    { path: "faults", body: { match: "x", statsu: 500 } },
    { path: "nothing", body: {}, status: 404 },
  ])("$path with $body is refused with a sentence", async ({ path, body, status = 400 }) => {
    const answer = await toTelegram("POST", path, body);

    expect(answer).toEqual({ status, body: { error: expect.stringMatching(/\.$/) } });
  });

  test.each<{ path: string; body: unknown }>([
    { path: "conversations/unknown/say", body: { text: "Yes" } },
    { path: "conversations/unknown/say", body: { text: "" } },
    { path: "hooks", body: {} },
    { path: "hooks", body: undefined },
  ])("$path of amoCRM with $body is refused with a sentence", async ({ path, body }) => {
    const answer = await toAmocrm("POST", path, body);

    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(/\.$/) } });
  });
});

describe("closing", () => {
  test("does not wait for slow calls or refused updates", async () => {
    receiver.answerNext(...Array<number>(100).fill(500));
    const message = telegram.customerSays(ann, "Lost").catch((error: Error) => error.message);
    telegram.faults.add({ match: "sendMessage", delayMillis: 60_000 });
    const slow = send().catch(() => "cut");
    await new Promise((resolve) => setTimeout(resolve, 30));

    await telegram.close();

    expect(await message).toContain("simulator closed");
    expect(await slow).toBe("cut");
  });
});

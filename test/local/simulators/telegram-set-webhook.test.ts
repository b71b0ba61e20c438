import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver, eventually } from "./support/receiver.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(`${receiver.url}/telegram`, "secret");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const info = async () => (await call(telegram, "getWebhookInfo")).result;
const set = (parameters: Record<string, unknown>) =>
  call(telegram, "setWebhook", { url: receiver.url, ...parameters });

describe("setWebhook", () => {
  test.each([
    { url: "not a url" },
    { url: "http://example.com/telegram" },
    { url: "ftp://127.0.0.1/" },
    { url: "https://example.com:8080/telegram" },
    { secret_token: "with space" },
    { secret_token: "x".repeat(257) },
  ])("refuses %j, and the earlier webhook is already removed", async (parameters) => {
    await set({ url: `${receiver.url}/telegram`, allowed_updates: ["message"] });

    expect(await set({ allowed_updates: ["poll"], ...parameters })).toMatchObject({ http: 400 });
    expect(await info()).toMatchObject({ url: "", allowed_updates: ["message"] });
  });

  test.each([
    { allowed_updates: "message" },
    { allowed_updates: ["messages"] },
    { allowed_updates: { 0: "message" } },
  ])("refuses %j and changes nothing", async (parameters) => {
    expect(await set(parameters)).toMatchObject({ http: 400, ok: false });
    expect(await info()).toMatchObject({ url: `${receiver.url}/telegram` });
  });

  test.each([
    { url: "https://example.com/telegram" },
    { url: "https://example.com:8443/telegram" },
    { secret_token: "x".repeat(256) },
    { allowed_updates: '["message"]' },
  ])("accepts %j", async (parameters) => {
    expect(await set(parameters)).toMatchObject({ result: true, description: "Webhook was set" });
  });

  test("can drop waiting updates", async () => {
    receiver.answerNext(...Array<number>(20).fill(500));
    const message = telegram.customerSays(ann, "Hi");
    await eventually(() => receiver.received.length > 0);

    await Promise.all([
      expect(message).rejects.toThrow("drop_pending_updates"),
      set({ drop_pending_updates: true }),
    ]);

    expect(await info()).toMatchObject({ pending_update_count: 0 });
  });

  test("with an empty address sets the update types only if no webhook is left", async () => {
    const kinds = async () => ((await info()) as Record<string, unknown>)["allowed_updates"];

    await set({ url: "", allowed_updates: ["message"] });
    const taken = await kinds();
    await set({ url: "", allowed_updates: ["message"] });

    expect(taken).toBeUndefined();
    expect(await kinds()).toEqual(["message"]);
  });

  test("with an empty address does the same as deleteWebhook", async () => {
    expect(await set({ url: "" })).toMatchObject({ description: "Webhook was deleted" });
    expect(await call(telegram, "deleteWebhook")).toMatchObject({
      description: "Webhook is already deleted",
    });
    expect(await info()).toEqual({
      url: "",
      has_custom_certificate: false,
      pending_update_count: 0,
    });
  });
});

test("getWebhookInfo returns the last error and the number of waiting updates", async () => {
  receiver.answerNext(...Array<number>(200).fill(503));
  const { status } = await telegram.sendUpdate({ message: { message_id: 1 } });

  expect(status).toBe(503);
  expect(await info()).toMatchObject({
    url: `${receiver.url}/telegram`,
    pending_update_count: 1,
    max_connections: 40,
    last_error_date: expect.any(Number),
    last_error_message: "Wrong response from the webhook: 503 Service Unavailable",
  });
});

test("opens at most max_connections connections at a time", async () => {
  await set({ max_connections: 1 });
  telegram.faults.add({ match: "webhook", delayMillis: 80, times: 2 });
  const startedAt = Date.now();

  await Promise.all([telegram.customerSays(ann, "1"), telegram.customerSays(bob, "2")]);

  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(150);
});

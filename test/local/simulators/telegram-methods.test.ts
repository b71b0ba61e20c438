import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Api, GrammyError } from "grammy/web";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, bob, botToken, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram({ botUsername: "ann_bot" });
  telegram.setWebhook(`${receiver.url}/telegram`, "secret");
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const send = (parameters: Record<string, unknown>) =>
  call(telegram, "sendMessage", { chat_id: ann.id, text: "Hello", ...parameters });

describe("a call", () => {
  test.each([
    { name: "another token", token: "777000:other", method: "getMe", http: 401 },
    { name: "a malformed token", token: "other", method: "getMe", http: 404 },
    { name: "an unknown method", token: botToken, method: "sendNothing", http: 404 },
  ])("with $name gets $http", async ({ token, method, http }) => {
    const answer = await call(telegram, method, {}, token);

    expect(answer).toMatchObject({ http, ok: false, error_code: http });
  });

  test("may write the method in upper or lower case", async () => {
    expect(await call(telegram, "GETME")).toMatchObject({
      result: { id: 777000, is_bot: true, username: "ann_bot" },
    });
  });

  test.each<{ name: string; request: () => RequestInit; query?: string }>([
    {
      name: "a form",
      request: () => ({
        method: "POST",
        body: new URLSearchParams({ chat_id: String(ann.id), text: "Привет" }),
      }),
    },
    {
      name: "a multipart form",
      request: () => {
        const form = new FormData();
        form.set("chat_id", String(ann.id));
        form.set("text", "Привет");
        form.set("reply_markup", '{"remove_keyboard":true}');
        return { method: "POST", body: form };
      },
    },
    {
      name: "a query",
      request: () => ({ method: "GET" }),
      query: `?chat_id=${ann.id}&text=${encodeURIComponent("Привет")}`,
    },
    {
      name: "JSON with numbers as strings",
      request: () => ({
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ chat_id: String(ann.id), text: "Привет" }),
      }),
    },
  ])("may send its parameters as $name", async ({ request, query = "" }) => {
    const answer = await call(telegram, `sendMessage${query}`, request());

    expect(answer).toMatchObject({ http: 200, result: { text: "Привет", chat: { id: ann.id } } });
  });

  test.each(["{", "[]", "5"])("with the body %s is refused", async (body) => {
    const headers = { "Content-Type": "application/json" };

    expect(await call(telegram, "getMe", { method: "POST", headers, body })).toMatchObject({
      http: 400,
    });
  });

  test("is recorded with its chat and result", async () => {
    await send({});
    await send({ chat_id: 5 });

    const call = {
      caller: "another program",
      method: "sendMessage",
      atMillis: expect.any(Number),
      tookMillis: expect.any(Number),
    };
    expect(telegram.calls()).toEqual([
      { ...call, chatId: String(ann.id), status: 200 },
      { ...call, chatId: "5", status: 400 },
    ]);
  });
});

describe("other methods", () => {
  test("a chat shows that the bot types until its message comes", async () => {
    const isTyping = () => telegram.chats()[0]?.typingUntilMillis !== undefined;
    await call(telegram, "sendChatAction", { chat_id: ann.id, action: "typing" });
    const before = isTyping();
    await call(telegram, "sendMessage", { chat_id: ann.id, text: "Good morning" });

    expect([before, isTyping()]).toEqual([true, false]);
  });

  test.each<{ method: string; parameters: Record<string, unknown>; description: string }>([
    {
      method: "sendChatAction",
      parameters: { chat_id: ann.id, action: "sleeping" },
      description: "Bad Request: wrong parameter action in request",
    },
    {
      method: "sendChatAction",
      parameters: { chat_id: bob.id, action: "typing" },
      description: "Bad Request: chat not found",
    },
    {
      method: "answerCallbackQuery",
      parameters: { callback_query_id: "unknown" },
      description:
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    },
    {
      method: "setMessageReaction",
      parameters: { chat_id: ann.id, message_id: 9 },
      description: "Bad Request: message to react not found",
    },
    {
      method: "getUserProfilePhotos",
      parameters: { user_id: bob.id },
      description: "Bad Request: user not found",
    },
    {
      method: "getFile",
      parameters: { file_id: "unknown" },
      description: "Bad Request: invalid file_id",
    },
  ])("$method refuses $parameters", async ({ method, parameters, description }) => {
    expect(await call(telegram, method, parameters)).toMatchObject({ http: 400, description });
  });

  test.each<{ method: string; parameters: Record<string, unknown>; result: unknown }>([
    { method: "sendChatAction", parameters: { chat_id: ann.id, action: "typing" }, result: true },
    {
      method: "setMessageReaction",
      parameters: { chat_id: ann.id, message_id: 1, reaction: [{ type: "emoji", emoji: "👍" }] },
      result: true,
    },
    {
      method: "getUserProfilePhotos",
      parameters: { user_id: ann.id },
      result: { total_count: 0, photos: [] },
    },
  ])("$method accepts $parameters", async ({ method, parameters, result }) => {
    expect(await call(telegram, method, parameters)).toEqual({ http: 200, ok: true, result });
  });

  test("a pressed button can be answered", async () => {
    await telegram.sendUpdate({ callback_query: { id: "press", from: ann, data: "yes" } });

    const answer = await call(telegram, "answerCallbackQuery", { callback_query_id: "press" });

    expect(answer.result).toBe(true);
  });

  test("a customer's file can be downloaded, unless it is too big", async () => {
    const document = { file_id: "f1", file_unique_id: "u1", file_size: 10 };
    const video = { file_id: "f2", file_unique_id: "u2", file_size: 21 * 1024 * 1024 };
    await telegram.sendUpdate({ message: { message_id: 9, document, video } });

    const { result } = await call(telegram, "getFile", { file_id: "f1" });
    const path = (result as { file_path: string }).file_path;
    const file = await fetch(`${telegram.root}/file/bot${botToken}/${path}`);

    expect((await file.arrayBuffer()).byteLength).toBe(10);
    expect(await call(telegram, "getFile", { file_id: "f2" })).toMatchObject({
      description: "Bad Request: file is too big",
    });
  });
});

describe("limits", () => {
  test.each([{ perChatPerSecond: 1 }, { perBotPerSecond: 1 }])(
    "%j refuses the second message within a second and allows it in the next second",
    async (limits) => {
      let now = 1_700_000_000_000;
      const limited = await startTelegram({ limits, now: () => now });
      limited.setWebhook(receiver.url, "");
      await limited.customerSays(ann, "Hi");
      const sendNow = () => call(limited, "sendMessage", { chat_id: ann.id, text: "Hello" });

      const answers = [await sendNow(), await sendNow()];
      now += 1000;
      answers.push(await sendNow());
      await limited.close();

      expect(answers.map(({ http }) => http)).toEqual([200, 429, 200]);
      expect(answers[1]).toMatchObject({
        error_code: 429,
        description: "Too Many Requests: retry after 1",
        parameters: { retry_after: 1 },
      });
    },
  );
});

describe("grammY's client", () => {
  test("finds the expected fields in answers and refusals", async () => {
    const api = new Api(botToken, { apiRoot: telegram.root });

    const message = await api.sendMessage(ann.id, "Hello");
    const refusal = await api.sendMessage(bob.id, "Hello").catch((error: unknown) => error);

    expect(message.chat.id).toBe(ann.id);
    expect(refusal).toBeInstanceOf(GrammyError);
    expect(refusal).toMatchObject({ error_code: 400, description: "Bad Request: chat not found" });
  });
});

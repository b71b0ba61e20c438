import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  const wanted = ["message", "edited_message", "callback_query", "message_reaction"];
  telegram.setWebhook(receiver.url, "", wanted);
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const lastUpdate = () => receiver.bodies<Record<string, Record<string, unknown>>>().at(-1);
const control = async (path: string, body: object) => {
  const url = `${telegram.root}/_sim/${path}`;
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const inline_keyboard = [
  [
    { text: "Yes", callback_data: "t:Yes" },
    { text: "Site", url: "https://a.example" },
  ],
];
const askAnn = () =>
  call(telegram, "sendMessage", {
    chat_id: ann.id,
    text: "Sure?",
    reply_markup: { inline_keyboard },
  });

describe("a customer", () => {
  test("may send a message of any kind, with bytes for its files", async () => {
    const { status, body } = await control(`customers/${ann.id}/send`, {
      message: { voice: { file_id: "v1", duration: 3 } },
      files: { v1: Buffer.from("voice").toString("base64") },
    });

    expect({ status, accepted: body["accepted"] }).toEqual({ status: 200, accepted: true });
    expect(lastUpdate()?.["message"]).toMatchObject({
      message_id: 2,
      from: { id: ann.id, first_name: "Ann" },
      chat: { id: ann.id, type: "private" },
      voice: { file_id: "v1" },
    });
    expect(telegram.file("v1")?.toString()).toBe("voice");
  });

  test("may answer a message, or a part of it", async () => {
    await askAnn();

    await control(`customers/${ann.id}/send`, {
      message: { text: "Yes" },
      replyTo: 2,
      quote: "ure",
    });

    expect(lastUpdate()?.["message"]).toMatchObject({
      reply_to_message: { message_id: 2, from: { is_bot: true }, text: "Sure?" },
      quote: { text: "ure", position: 1, is_manual: true },
    });
  });

  test("may edit a message, which keeps its id", async () => {
    await control(`customers/${ann.id}/edit`, { messageId: 1, message: { text: "Hello" } });

    expect(lastUpdate()?.["edited_message"]).toMatchObject({
      message_id: 1,
      text: "Hello",
      edit_date: expect.any(Number),
    });
  });

  test("may forward a message as of its author, or as of somebody else", async () => {
    await askAnn();
    await control(`customers/${ann.id}/forward`, { messageId: 2 });
    const first = lastUpdate()?.["message"];
    const origin = { type: "hidden_user", sender_user_name: "Maria", date: 1 };
    await control(`customers/${ann.id}/forward`, { messageId: 1, origin });

    expect(first).toMatchObject({
      message_id: 3,
      from: { id: ann.id },
      text: "Sure?",
      forward_origin: { type: "user", sender_user: { is_bot: true } },
    });
    expect(lastUpdate()?.["message"]).toMatchObject({ text: "Hi", forward_origin: origin });
  });

  test("who reacts has the earlier reactions told, too", async () => {
    await control(`customers/${ann.id}/react`, { messageId: 1, reactions: ["👍"] });
    await control(`customers/${ann.id}/react`, { messageId: 1, reactions: [{ type: "paid" }] });

    expect(lastUpdate()?.["message_reaction"]).toMatchObject({
      message_id: 1,
      user: { id: ann.id },
      old_reaction: [{ type: "emoji", emoji: "👍" }],
      new_reaction: [{ type: "paid" }],
    });
  });

  test("who presses a button sends its data with the message it is under", async () => {
    await askAnn();

    const { body } = await control(`customers/${ann.id}/press`, { messageId: 2, text: "Yes" });

    expect(body).toMatchObject({ isAnswered: false });
    expect(lastUpdate()?.["callback_query"]).toMatchObject({
      from: { id: ann.id },
      message: { message_id: 2, text: "Sure?", reply_markup: { inline_keyboard } },
      data: "t:Yes",
    });
  });

  test("who presses a button under an old message tells its id only", async () => {
    await askAnn();

    await telegram.customer.press(ann.id, 2, { text: "Yes", isOld: true });

    const { message } = lastUpdate()?.["callback_query"] ?? {};
    expect(message).toEqual({ message_id: 2, date: 0, chat: expect.any(Object) });
  });

  test.each([
    { act: "edit", body: { messageId: 9, message: {} } },
    { act: "forward", body: { messageId: 9 } },
    { act: "react", body: { messageId: 9, reactions: [] } },
    { act: "press", body: { messageId: 1, text: "Yes" } },
    { act: "send", body: { message: {}, replyTo: 9 } },
    { act: "send", body: { message: {}, replyTo: 1, quote: "never said" } },
    { act: "send", body: {} },
  ])("cannot $act by $body", async ({ act, body }) => {
    expect(await control(`customers/${ann.id}/${act}`, body)).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
  });

  test("who blocked the bot does nothing at all", async () => {
    telegram.block(ann.id);

    const answer = await control(`customers/${ann.id}/send`, { message: { text: "Hi" } });

    expect(answer.status).toBe(400);
  });
});

describe("a method call in the answer to the webhook", () => {
  const answering = async (json: string, contentType = "application/json") => {
    const server = createServer((request, response) => {
      request.resume().on("end", () => response.setHeader("Content-Type", contentType).end(json));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    telegram.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "");
    return () => server.close();
  };

  test("is carried out, so that a press is answered by then", async () => {
    await askAnn();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const update = JSON.parse(Buffer.concat(chunks).toString()) as {
          callback_query?: { id: string };
        };
        const callback_query_id = update.callback_query?.id;
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ method: "answerCallbackQuery", callback_query_id }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    telegram.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "");

    const { isAnswered } = await telegram.customer.press(ann.id, 2, { text: "Yes" });
    server.close();

    expect(isAnswered).toBe(true);
    expect(telegram.calls().at(-1)).toMatchObject({ method: "answerCallbackQuery", status: 200 });
  });

  test.each([
    {
      name: "a refused one",
      json: '{"method":"sendMessage","chat_id":5,"text":"x"}',
      calls: [400],
    },
    { name: "none", json: '{"ok":true}', calls: [] },
    { name: "no JSON", json: "{", calls: [] },
  ])("that is $name troubles nobody", async ({ json, calls }) => {
    const close = await answering(json);
    const before = telegram.calls().length;

    await telegram.customerSays(ann, "Hi again");
    close();

    expect(
      telegram
        .calls()
        .slice(before)
        .map(({ status }) => status),
    ).toEqual(calls);
  });

  test("is none where the answer is not JSON", async () => {
    const close = await answering('{"method":"getMe"}', "text/plain");
    const before = telegram.calls().length;

    await telegram.customerSays(ann, "Hi again");
    close();

    expect(telegram.calls()).toHaveLength(before);
  });
});

describe("a reaction of the bot", () => {
  const react = (reaction: unknown) =>
    call(telegram, "setMessageReaction", { chat_id: ann.id, message_id: 1, reaction });

  test("is put and taken back", async () => {
    await react([{ type: "emoji", emoji: "👍" }]);
    const put = telegram.reaction(ann.id, 1);
    await react([]);

    expect([put, telegram.reaction(ann.id, 1)]).toEqual(["👍", undefined]);
  });

  test.each([
    [{ type: "emoji", emoji: "🚲" }],
    [{ type: "emoji", emoji: "❤️" }],
    [{ type: "custom_emoji", custom_emoji_id: "1" }],
  ])("of %j is not allowed", async (reaction) => {
    expect(await react([reaction])).toMatchObject({ description: "Bad Request: REACTION_INVALID" });
  });
});

describe("a group the bot was brought into", () => {
  test("can be written to", async () => {
    telegram.setWebhook(receiver.url, "", ["message"]);
    const chat = { id: -1001, type: "supergroup", title: "Neighbours" };
    await telegram.sendUpdate({ message: { message_id: 7, from: ann, chat, date: 1, text: "Hi" } });

    const { result } = await call(telegram, "sendMessage", { chat_id: -1001, text: "Not here" });

    expect(result).toMatchObject({ message_id: 8, chat });
  });
});

describe("a business connection", () => {
  test("has to be known to be spoken through", async () => {
    const send = () =>
      call(telegram, "sendMessage", {
        chat_id: ann.id,
        text: "Not here",
        business_connection_id: "bc1",
      });
    const unknown = await send();
    await telegram.sendUpdate({
      business_connection: { id: "bc1", user: ann, user_chat_id: ann.id },
    });

    expect(unknown).toMatchObject({ description: "Bad Request: business connection not found" });
    expect((await send()).http).toBe(200);
    expect(telegram.messages()).toMatchObject([{ businessConnectionId: "bc1" }]);
  });
});

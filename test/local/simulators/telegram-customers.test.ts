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

  test("shares their own number only by the button that asks for it", async () => {
    const share = () => control(`customers/${ann.id}/share`, { phone: "79990000001" });
    const before = await share();
    await call(telegram, "sendMessage", {
      chat_id: ann.id,
      text: "Yours?",
      reply_markup: { keyboard: [[{ text: "My number", request_contact: true }]] },
    });

    const after = await share();
    const shared = lastUpdate()?.["message"];
    await call(telegram, "sendMessage", {
      chat_id: ann.id,
      text: "Thanks",
      reply_markup: { remove_keyboard: true },
    });

    expect([before.status, after.status, (await share()).status]).toEqual([400, 200, 400]);
    expect(shared).toMatchObject({
      from: { id: ann.id },
      contact: { phone_number: "79990000001", first_name: "Ann", user_id: ann.id },
      reply_to_message: { text: "Yours?" },
    });
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

  test("may forward a message from its author, or from another author", async () => {
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

  test("who reacts causes an update with the earlier reactions too", async () => {
    await control(`customers/${ann.id}/react`, { messageId: 1, reactions: ["👍"] });
    await control(`customers/${ann.id}/react`, { messageId: 1, reactions: [{ type: "paid" }] });

    expect(lastUpdate()?.["message_reaction"]).toMatchObject({
      message_id: 1,
      user: { id: ann.id },
      old_reaction: [{ type: "emoji", emoji: "👍" }],
      new_reaction: [{ type: "paid" }],
    });
  });

  test("who presses a button sends its data with the button's message", async () => {
    await askAnn();

    const { body } = await control(`customers/${ann.id}/press`, { messageId: 2, text: "Yes" });

    expect(body).toMatchObject({ isAnswered: false });
    expect(lastUpdate()?.["callback_query"]).toMatchObject({
      from: { id: ann.id },
      message: { message_id: 2, text: "Sure?", reply_markup: { inline_keyboard } },
      data: "t:Yes",
    });
  });

  test("who presses a button under an old message sends only the message's id", async () => {
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

  test("who blocked the bot can do nothing", async () => {
    telegram.block(ann.id);

    const answer = await control(`customers/${ann.id}/send`, { message: { text: "Hi" } });

    expect(answer.status).toBe(400);
  });
});

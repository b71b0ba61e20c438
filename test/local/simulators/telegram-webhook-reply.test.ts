import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { ann, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(receiver.url, "");
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

describe("a method call in the answer to the webhook", () => {
  type Update = { readonly callback_query?: { readonly id: string } };
  const answering = async (json: (update: Update) => string, contentType = "application/json") => {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        response.setHeader("Content-Type", contentType);
        response.end(json(JSON.parse(body) as Update));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    telegram.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "");
    return () => server.close();
  };

  test("is executed, so that a press is already answered", async () => {
    const reply_markup = { inline_keyboard: [[{ text: "Yes", callback_data: "t:Yes" }]] };
    await call(telegram, "sendMessage", { chat_id: ann.id, text: "Sure?", reply_markup });
    const close = await answering((update) =>
      JSON.stringify({
        method: "answerCallbackQuery",
        callback_query_id: update.callback_query?.id,
      }),
    );

    const { isAnswered } = await telegram.customer.press(ann.id, 2, { text: "Yes" });
    close();

    expect(isAnswered).toBe(true);
    expect(telegram.calls().at(-1)).toMatchObject({ method: "answerCallbackQuery", status: 200 });
  });

  test.each([
    {
      name: "refused",
      json: '{"method":"sendMessage","chat_id":5,"text":"x"}',
      calls: [400],
    },
    { name: "none", json: '{"ok":true}', calls: [] },
    { name: "not JSON", json: "{", calls: [] },
  ])("that is $name causes no error", async ({ json, calls }) => {
    const close = await answering(() => json);
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

  test("does not count if the answer is not JSON", async () => {
    const close = await answering(() => '{"method":"getMe"}', "text/plain");
    const before = telegram.calls().length;

    await telegram.customerSays(ann, "Hi again");
    close();

    expect(telegram.calls()).toHaveLength(before);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import type { SendOptions } from "../../../lambdas/model/messenger.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

let telegram: TelegramSimulator;
let messenger: BotApiMessenger;
beforeEach(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  const token = aFakeSecret({ token: botToken });
  messenger = new BotApiMessenger({ apiRoot: telegram.root, token });
});
afterEach(() => telegram.close());

const refuse = (status: number, description: string, times = 1) =>
  telegram.faults.add({
    match: "sendMessage",
    status,
    times,
    body: { ok: false, error_code: status, description },
  });
const send = (options?: SendOptions, text = "Sure?") =>
  messenger.sendText(String(ann.id), text, options);
const buttons = [[{ text: "Yes" }, { text: "Site", url: "https://a.example/" }]];

describe("a text whose attributes Telegram refuses", () => {
  test("is sent without its quote", async () => {
    refuse(400, "Bad Request: message to be replied not found");

    await send({ repliesTo: "1" });

    expect(telegram.messages()).toMatchObject([{ text: "Sure?" }]);
    expect(telegram.messages()[0]).not.toHaveProperty("replyToMessageId");
  });

  test("has its buttons as words", async () => {
    refuse(400, "Bad Request: BUTTON_URL_INVALID");

    await send({ buttons });

    expect(telegram.messages()).toMatchObject([
      { text: "Sure?\n\n• Yes\n• Site: https://a.example/" },
    ]);
    expect(telegram.messages()[0]).not.toHaveProperty("replyMarkup");
  });

  test("that equals the labels of its buttons has each label once", async () => {
    refuse(400, "Bad Request: BUTTON_URL_INVALID");

    await send({ buttons }, "Yes\nSite");

    expect(telegram.messages()).toMatchObject([{ text: "• Yes\n• Site: https://a.example/" }]);
  });

  test.each([
    { description: "BUTTON_URL_INVALID", answers: 1, hasButtons: false },
    { description: "message to be replied not found", answers: undefined, hasButtons: true },
    { description: "QUOTE_TEXT_INVALID", answers: undefined, hasButtons: true },
    { description: "SOMETHING_ELSE", answers: undefined, hasButtons: false },
  ])("because of $description keeps the attributes that are not to blame", async (row) => {
    refuse(400, `Bad Request: ${row.description}`);

    await send({ buttons, repliesTo: "1" });

    const [message] = telegram.messages();
    expect(message?.replyToMessageId).toBe(row.answers);
    expect(message?.replyMarkup !== undefined).toBe(row.hasButtons);
    expect(message?.text.includes("https://a.example/")).toBe(!row.hasButtons);
  });

  test("first for its quote and then for its buttons is sent without both", async () => {
    refuse(400, "Bad Request: message to be replied not found");
    refuse(400, "Bad Request: BUTTON_DATA_INVALID");

    await send({ buttons, repliesTo: "1" });

    expect(telegram.messages()).toMatchObject([
      { text: "Sure?\n\n• Yes\n• Site: https://a.example/" },
    ]);
    expect(telegram.messages()[0]).not.toHaveProperty("replyToMessageId");
  });

  test("is refused when the words of its buttons do not fit", async () => {
    refuse(400, "Bad Request: BUTTON_URL_INVALID");

    await expect(send({ buttons }, "a".repeat(4096))).rejects.toMatchObject({ blames: "buttons" });
    expect(telegram.messages()).toEqual([]);
  });

  test.each([
    { name: "without attributes", options: {}, times: 1, status: 400, calls: 1 },
    { name: "twice", options: { repliesTo: "1" }, times: 2, status: 400, calls: 2 },
    { name: "because of the customer", options: { buttons }, times: 1, status: 403, calls: 1 },
    {
      name: "because of a transient failure",
      options: { buttons },
      times: 1,
      status: 500,
      calls: 1,
    },
  ])("$name is a failure after $calls calls", async ({ options, times, status, calls }) => {
    refuse(status, "Some reason", times);

    await expect(send(options)).rejects.toThrow(`Telegram answered ${status}`);
    expect(telegram.calls().filter(({ method }) => method === "sendMessage")).toHaveLength(calls);
  });
});

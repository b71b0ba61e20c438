import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { pdf } from "../../local/simulators/support/small-files.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const chat = String(ann.id);
const cut = "cut emoji \ud83d";
const whole = "cut emoji \ufffd";

let telegram: TelegramSimulator;
let messenger: BotApiMessenger;
beforeAll(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  const token = aFakeSecret({ token: botToken });
  messenger = new BotApiMessenger({ apiRoot: telegram.root, token });
});
afterAll(() => telegram.close());

const last = () => telegram.messages().at(-1);

describe("a lone surrogate reaches Telegram as U+FFFD", () => {
  test("in a text and in the labels, data and addresses of its buttons", async () => {
    const buttons = [[{ text: cut }], [{ text: "Site", url: `https://a.example/?q=${cut}` }]];
    await messenger.sendText(chat, `${cut} \ude00 😀`, { buttons });

    expect(last()).toMatchObject({
      text: `${whole} \ufffd 😀`,
      replyMarkup: {
        inline_keyboard: [
          [{ text: whole, callback_data: `t:${whole}` }],
          [{ text: "Site", url: `https://a.example/?q=${whole}` }],
        ],
      },
    });
  });

  test("in a caption, a file's name and the keyboard under them", async () => {
    const file = { body: Readable.from([pdf]), sizeBytes: pdf.length, contentType: undefined };
    const outgoing = { as: "document", file, fileName: `${cut}.pdf`, caption: cut } as const;
    await messenger.sendFile(chat, outgoing, { buttons: [[{ text: cut }]] });

    expect(last()).toMatchObject({
      text: whole,
      file: { fileName: `${whole}.pdf` },
      replyMarkup: { inline_keyboard: [[{ text: whole }]] },
    });
  });

  test("in the requests of the team's own bot", async () => {
    await messenger.request(chat, "sendMessage", {
      text: cut,
      reply_markup: { keyboard: [[cut]] },
    });

    expect(last()).toMatchObject({ text: whole, replyMarkup: { keyboard: [[whole]] } });
  });

  test("in field names, including names that a team's bot made up", async () => {
    await messenger.request(chat, "sendMessage", { text: "Hi", [cut]: { [cut]: [cut] } });

    expect(last()).toMatchObject({ text: "Hi" });
  });

  test("in any text, and the rest of the text stays unchanged", async () => {
    const text = fc.string({ unit: fc.constantFrom("\ud83d", "\ude00", "a", "я"), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        await messenger.sendText(chat, content);
        expect(last()?.text).toBe(content.toWellFormed());
      }),
      { numRuns: 50 },
    );
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { OutgoingFile } from "../../../lambdas/model/messenger.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const chat = String(ann.id);
const aMessenger = (apiRoot: string) =>
  new BotApiMessenger({ apiRoot, token: aFakeSecret({ token: botToken }) });
const document = (body: AsyncIterable<Uint8Array>): OutgoingFile => ({
  as: "document",
  file: { body, sizeBytes: undefined, contentType: undefined },
  fileName: "a.bin",
});

describe("a source that fails during the upload", () => {
  let telegram: TelegramSimulator;
  let messenger: BotApiMessenger;
  beforeEach(async () => {
    telegram = await startTelegram();
    void telegram.customerSays(ann, "Hi").catch(() => undefined);
    messenger = aMessenger(telegram.root);
  });
  afterEach(() => telegram.close());

  const breaking = (pieces: number, error: unknown = new Error("gone")) => {
    async function* body() {
      for (let index = 0; index < pieces; index += 1) yield Buffer.alloc(70_000);
      throw error;
    }
    return document(body());
  };

  test.each([0, 1, 40])(
    "after %i pieces is a transient failure, and the file was certainly not sent",
    async (pieces) => {
      await expect(messenger.sendFile(chat, breaking(pieces))).rejects.toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
      });
      expect(telegram.messages()).toEqual([]);
    },
  );

  test("with a permanent failure makes the upload fail permanently", async () => {
    const tooLarge = new PermanentFailure("file-too-large");

    await expect(messenger.sendFile(chat, breaking(2, tooLarge))).rejects.toBe(tooLarge);
  });
});

describe("a Telegram that does not read the upload", () => {
  test("slows the source down, and a file that is cut off was certainly not sent", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const pieces = 4_000;
    let drawn = 0;
    async function* body() {
      for (; drawn < pieces; drawn += 1) yield Buffer.alloc(65_536);
    }

    const sending = aMessenger(`http://127.0.0.1:${port}`)
      .sendFile(chat, document(body()))
      .catch((error: unknown) => error);
    await stillness(() => drawn);
    server.closeAllConnections();
    server.close();

    expect(drawn).toBeLessThan(pieces / 4);
    expect(await sending).toMatchObject({ name: "TransientFailure", ambiguous: false });
  });
});

/** Waits until a number stops changing. */
async function stillness(number: () => number): Promise<void> {
  for (let before = -1; before !== number() || before === 0;) {
    before = number();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

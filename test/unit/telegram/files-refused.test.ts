import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BotApiFiles } from "../../../lambdas/telegram/send/files.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

let telegram: TelegramSimulator;
let files: BotApiFiles;
beforeEach(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  files = new BotApiFiles({ apiRoot: telegram.root, token: aFakeSecret({ token: botToken }) });
});
afterEach(() => telegram.close());

describe("a customer's file that Telegram refuses", () => {
  const refusing = async (...descriptions: string[]) => {
    for (const description of descriptions) {
      const body = { ok: false, error_code: 400, description };
      telegram.faults.add({ match: "getFile", status: 400, body });
    }
    telegram.putFile("f1", Buffer.from("bytes"));
    return files.open("f1").then(
      async ({ body }) => (await buffer(body)).toString(),
      (error: unknown) => error,
    );
  };
  const unavailable = { name: "PermanentFailure", reason: "attachment-unavailable" };

  test("is requested again for five minutes while Telegram's answer may be temporary", async () => {
    const words = "Bad Request: wrong file_id or the file is temporarily unavailable";

    expect(await refusing(words)).toMatchObject({ name: "TransientFailure", mostMillis: 300_000 });
  });

  test.each([
    "Bad Request: invalid file_id",
    "Bad Request: file_id not specified",
    "Bad Request: wrong file identifier/HTTP URL specified",
    "Bad Request: wrong remote file identifier specified: can't unserialize it",
    "Bad Request: words of tomorrow",
  ])("is unavailable when Telegram answers '%s'", async (description) => {
    expect(await refusing(description)).toMatchObject(unavailable);
  });

  test.each(["FILE_REFERENCE_EXPIRED", "FILE_REFERENCE_0_EXPIRED", "FILE_REFERENCE_EMPTY"])(
    "is requested once more with an expired reference (%s), and then is unavailable",
    async (code) => {
      const description = `Bad Request: ${code}`;

      expect(await refusing(description)).toBe("bytes");
      expect(await refusing(description, description)).toMatchObject(unavailable);
    },
  );

  test.each([404, 400, 403, 410])(
    "is requested once more when its address answers %i, and then is unavailable",
    async (status) => {
      const gone = { match: "download", status };
      telegram.putFile("f1", Buffer.from("bytes"));

      telegram.faults.add(gone);
      const { body } = await files.open("f1");
      telegram.faults.add({ ...gone, times: 2 });

      expect((await buffer(body)).toString()).toBe("bytes");
      await expect(files.open("f1")).rejects.toMatchObject(unavailable);
      expect(telegram.calls().filter(({ method }) => method === "getFile")).toHaveLength(4);
    },
  );
});

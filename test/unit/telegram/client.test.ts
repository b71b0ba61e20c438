import { Readable } from "node:stream";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const sent = { body: { ok: true, result: { message_id: 77 } } };
const refused = (code: number, description: string, parameters = {}) => ({
  status: code,
  body: { ok: false, error_code: code, description, parameters },
});
const aMessenger = async (
  answers: readonly [VendorAnswer, ...VendorAnswer[]],
  token = aFakeSecret({ token: "700:AAA" }),
) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  return { requests, token, messenger: new BotApiMessenger({ apiRoot: origin, token }) };
};

describe("the Bot API", () => {
  test("is sent a text unchanged and returns the message id", async () => {
    const { messenger, requests } = await aMessenger([sent]);

    const id = await messenger.sendText("4503599627370495", "*not* <b>bold</b>");

    expect(id).toBe("77");
    expect(requests.map(({ path }) => path)).toEqual(["/bot700:AAA/sendMessage"]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      chat_id: "4503599627370495",
      text: "*not* <b>bold</b>",
    });
  });

  test("checks a chat's reachability by a call that changes nothing", async () => {
    const { messenger, requests } = await aMessenger([{ body: { ok: true, result: true } }]);

    await messenger.sendTyping("42");

    expect(requests.map(({ path }) => path)).toEqual(["/bot700:AAA/sendChatAction"]);
  });

  test("is called with the new token after a refusal of the old one", async () => {
    const token = aFakeSecret({ token: "700:OLD" }, { token: "700:NEW" });
    const { messenger, requests } = await aMessenger([refused(401, "Unauthorized"), sent], token);

    await expect(messenger.sendText("42", "text")).rejects.toMatchObject({ needsPerson: true });
    await messenger.sendText("42", "text");

    expect(requests.map(({ path }) => path)).toEqual([
      "/bot700:OLD/sendMessage",
      "/bot700:NEW/sendMessage",
    ]);
  });

  test("is called only after the pace allows it, also for the second try of a message", async () => {
    const { origin, requests, close } = await startVendor(
      refused(400, "Bad Request: message to be replied not found"),
      sent,
    );
    closers.push(close);
    const asked: string[] = [];
    const messenger = new BotApiMessenger({
      apiRoot: origin,
      token: aFakeSecret({ token: "700:AAA" }),
      beforeCall: async (method) => {
        asked.push(`${method} ${requests.length}`);
      },
    });

    await messenger.sendText("42", "text", { repliesTo: "3" });

    expect(asked).toEqual(["sendMessage 0", "sendMessage 1"]);
  });

  test("is not called while the bot is paused, and the file is closed", async () => {
    const { origin, requests, close } = await startVendor(sent);
    closers.push(close);
    const paused = new TransientFailure("paused", { retryAfterSeconds: 30 });
    const messenger = new BotApiMessenger({
      apiRoot: origin,
      token: aFakeSecret({ token: "700:AAA" }),
      beforeCall: () => Promise.reject(paused),
    });
    const body = Readable.from([Buffer.from("bytes")]);
    const file = { body, sizeBytes: 5, contentType: undefined };

    const sending = messenger.sendFile("42", { as: "document", file, fileName: "a.pdf" });

    await expect(sending).rejects.toBe(paused);
    expect([requests, body.destroyed]).toEqual([[], true]);
  });

  test("has ten seconds for an answer", async () => {
    const timeout = jest.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    const { messenger } = await aMessenger([sent]);

    const sending = messenger.sendText("42", "text");

    await expect(sending).rejects.toMatchObject({ message: "no answer: timeout", ambiguous: true });
    expect(timeout.mock.calls).toEqual([[10_000]]);
    timeout.mockRestore();
  });

  test.each([
    {
      name: "a block by the customer",
      answer: refused(403, "Forbidden: bot was blocked by the user"),
      failure: { name: "PermanentFailure", reason: "blocked" },
    },
    {
      name: "too many requests",
      answer: refused(429, "Too Many Requests", { retry_after: 9 }),
      failure: { name: "TransientFailure", retryAfterSeconds: 9 },
    },
    {
      name: "a proxy without its server",
      answer: { status: 502, body: "<html>Bad Gateway</html>" },
      failure: { name: "TransientFailure", ambiguous: false },
    },
    {
      name: "a proxy that forbids",
      answer: { status: 403, body: "<html>Forbidden</html>" },
      failure: { name: "TransientFailure", ambiguous: false },
    },
    {
      name: "a success that cannot be read",
      answer: { status: 200, body: "<html>Hello</html>" },
      failure: { name: "TransientFailure", ambiguous: true },
    },
  ])("fails with the matching failure after $name", async ({ answer, failure }) => {
    const { messenger } = await aMessenger([answer]);

    await expect(messenger.sendText("42", "text")).rejects.toMatchObject(failure);
  });

  test("does not follow a redirect: the token must not reach another host", async () => {
    const otherHost = await startVendor(sent);
    closers.push(otherHost.close);
    const { origin, close } = await startRedirect(otherHost.origin);
    closers.push(close);
    const token = aFakeSecret({ token: "700:AAA" });

    const sending = new BotApiMessenger({ apiRoot: origin, token }).sendText("42", "text");

    await expect(sending).rejects.toMatchObject({ name: "TransientFailure" });
    expect(otherHost.requests).toEqual([]);
  });
});

const startRedirect = (to: string) =>
  startVendor({ status: 307, headers: { location: `${to}/bot700:AAA/sendMessage` }, body: "" });

import { describe, expect, test } from "@jest/globals";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import { aFakeFetch } from "../../support/fake-fetch.ts";
import type { FetchedAnswer } from "../../support/fake-fetch.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const page = "<html>Please wait</html>";
const aMessenger = (answer: FetchedAnswer) => {
  const { fetch, calls } = aFakeFetch(answer);
  const token = aFakeSecret({ token: "700:AAA" });
  const apiRoot = "https://telegram.example";
  return { messenger: new BotApiMessenger({ apiRoot, token, fetch }), calls };
};
const sendTo = (answer: FetchedAnswer) => aMessenger(answer).messenger.sendText("42", "text");

describe("a success without the message id", () => {
  test.each([
    { ok: true },
    { ok: true, result: null },
    { ok: true, result: true },
    { ok: true, result: {} },
    { ok: true, result: { message_id: "77" } },
    { ok: true, result: { message_id: 1.5 } },
  ])("may or may not mean that the message was sent: %j", async (body) => {
    await expect(sendTo({ body })).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: true,
      isLimit: false,
    });
  });

  test("is enough to know that a chat is reachable", async () => {
    const { messenger } = aMessenger({ body: { ok: true } });

    await expect(messenger.sendTyping("42")).resolves.toBeUndefined();
  });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("of status %i is not followed", async (status) => {
    const { messenger, calls } = aMessenger({
      status,
      headers: { location: "https://elsewhere.example/" },
      body: "",
    });

    await expect(messenger.sendText("42", "text")).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
    });
    expect(calls).toMatchObject([{ init: { redirect: "manual" } }]);
  });
});

describe("an HTML page", () => {
  test.each([400, 401, 403, 404, 409, 500, 502, 503])(
    "of status %i says nothing about the chat, so it is transient",
    async (status) => {
      await expect(sendTo({ status, body: page })).rejects.toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
        isLimit: false,
      });
    },
  );

  test.each([
    { header: "17", seconds: 17 },
    { header: "0", seconds: 5 },
    { header: "soon", seconds: 5 },
    { header: "9".repeat(400), seconds: 30 * 86_400 },
  ])("of 429 with Retry-After '$header' waits $seconds s", async ({ header, seconds }) => {
    const answer = { status: 429, headers: { "Retry-After": header }, body: page };

    await expect(sendTo(answer)).rejects.toMatchObject({
      name: "TransientFailure",
      isLimit: true,
      retryAfterSeconds: seconds,
    });
  });

  test("of 429 without a wait waits a little", async () => {
    await expect(sendTo({ status: 429, body: page })).rejects.toMatchObject({
      isLimit: true,
      retryAfterSeconds: 5,
    });
  });
});

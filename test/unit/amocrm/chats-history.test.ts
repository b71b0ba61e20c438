import { afterEach, describe, expect, test } from "@jest/globals";
import { chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { identifyHook } from "../../../lambdas/amocrm/webhook/identify.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { amocrmFixture, anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const chat = { amojoChatId: "amojo-chat", conversationId: "tg-700-42" };
const pageOf = async (body: unknown, status = 200) => {
  const { origin, close } = await startVendor({ status, body });
  closers.push(close);
  const now = () => 1_700_000_000_000;
  const channel = aFakeSecret({ scopeId, current: "secret" });
  return chatsApiHistory(chatsApiScope({ origin, channel, now }), now).page(chat, 0);
};

describe("a page of a chat's history", () => {
  test("has amoCRM's ids, the bridge's ids and the times, as documented", async () => {
    const page = await pageOf(amocrmFixture("res-history.json"));

    expect(page).toMatchObject([
      {
        amocrmMessageId: "3985523d-78b3-45b7-aeaf-142405bbf1dc",
        msgid: "skm-5f2836a8ca468",
        sentAtMillis: 1_596_470_953_000,
      },
      { amocrmMessageId: "1bf6a765-ec6f-4680-8cd5-6f2d31f78ebc", msgid: "5f283618af2c8" },
    ]);
  });

  test.each([
    { status: 204, body: "" },
    { status: 200, body: "" },
    { status: 200, body: { messages: [] } },
  ])("may be empty: %j", async ({ status, body }) => {
    expect(await pageOf(body, status)).toEqual([]);
  });

  test("has the same data about a lost message as its hook", async () => {
    const { message } = anAmocrmHook();
    const { conversation: _conversation, ...entry } = message;

    const [found] = await pageOf({ messages: [entry] });

    const [lost, usual] = [bytesOf(found?.hook ?? ""), bytesOf(anAmocrmHook())];
    expect(decodeHook(lost, scopeId)).toEqual(decodeHook(usual, scopeId));
    expect(identifyHook(lost, scopeId)).toEqual(identifyHook(usual, scopeId));
  });
});

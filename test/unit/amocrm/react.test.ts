import { describe, expect, test } from "@jest/globals";
import { chatsApiCrm, chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeFetch } from "../../support/fake-fetch.ts";
import type { FetchedAnswer } from "../../support/fake-fetch.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const now = () => 1_700_000_000_000;
const reaction = {
  conversationId: "tg-700-42",
  message: { amocrmMessageId: "amojo-1" },
  customer: { id: "tg-42", name: "Anna", language: "en" },
  type: "unreact",
  emoji: "👍",
} as const;
const aCrm = (answer: FetchedAnswer) => {
  const { fetch, calls } = aFakeFetch(answer);
  const channel = aFakeSecret({ scopeId, current: "secret" });
  const scope = chatsApiScope({ origin: "https://amojo.example", channel, now, fetch });
  const history = chatsApiHistory(scope, now);
  return { crm: chatsApiCrm({ scope, history, bot: { id: "", name: "" } }), calls };
};

describe("a reaction", () => {
  test("is sent under the scope, not under the message", async () => {
    const { crm, calls } = aCrm({ body: "" });

    await crm.react(reaction);

    expect(calls[0]?.url).toBe(`https://amojo.example/v2/origin/custom/${scopeId}/react`);
    expect(JSON.parse(Buffer.from(calls[0]?.init.body as Uint8Array).toString())).toMatchObject({
      id: "amojo-1",
      type: "unreact",
      emoji: "👍",
    });
  });

  test.each([
    { status: 400, name: "PermanentFailure" },
    { status: 404, name: "PermanentFailure" },
    { status: 403, name: "TransientFailure" },
    { status: 429, name: "TransientFailure" },
    { status: 500, name: "TransientFailure" },
  ])("answered with $status is a $name", async ({ status, name }) => {
    await expect(aCrm({ status, body: {} }).crm.react(reaction)).rejects.toMatchObject({ name });
  });

  test("answered with 404 for the whole channel is retried", async () => {
    const body = { error_code: 404, error_type: "ORIGIN_NOT_REGISTERED" };

    await expect(aCrm({ status: 404, body }).crm.react(reaction)).rejects.toMatchObject({
      name: "TransientFailure",
    });
  });
});

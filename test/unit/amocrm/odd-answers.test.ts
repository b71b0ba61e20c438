import { describe, expect, test } from "@jest/globals";
import { chatsApiCrm, chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { mainApiContacts } from "../../../lambdas/amocrm/main-api/contacts.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeFetch } from "../../support/fake-fetch.ts";
import type { FetchedAnswer } from "../../support/fake-fetch.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const now = () => 1_700_000_000_000;
const origin = "https://amojo.example";
const page = "<html>Please wait</html>";
const message = {
  conversationId: "tg-700-42",
  msgid: "tg-700-42-5",
  customer: { id: "tg-42", name: "Anna", language: "en" },
  from: "customer",
  sentAtMillis: 1_700_000_000_500,
  silent: false,
  content: { type: "text", text: "Hello" },
} as const;

const aCrm = (answer: FetchedAnswer) => {
  const { fetch, calls } = aFakeFetch(answer);
  const channel = aFakeSecret({ scopeId, current: "secret" });
  const scope = chatsApiScope({ origin, channel, now, fetch });
  const history = chatsApiHistory(scope, now);
  return { crm: chatsApiCrm({ scope, history, bot: { id: "", name: "" } }), history, calls };
};

describe("a new message", () => {
  test.each([
    { name: "an HTML page", answer: { body: page } },
    { name: "an HTML page of 400", answer: { status: 400, body: page } },
    { name: "an HTML page of 403", answer: { status: 403, body: page } },
    { name: "an HTML page of 409", answer: { status: 409, body: page } },
    { name: "a redirect", answer: { status: 302, headers: { location: "/" }, body: "" } },
  ])("answered with $name is retried", async ({ answer }) => {
    await expect(aCrm(answer).crm.sendMessage(message)).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
    });
  });

  test.each(["", "{}"])(
    "answered with 200 and '%s' is accepted with an unknown id",
    async (body) => {
      expect(await aCrm({ body }).crm.sendMessage(message)).toBe("");
    },
  );

  test("does not follow a redirect: its signature must not travel", async () => {
    const { crm, calls } = aCrm({ status: 307, headers: { location: "https://elsewhere" } });

    await expect(crm.sendMessage(message)).rejects.toThrow("307");

    expect(calls).toMatchObject([{ init: { redirect: "manual" } }]);
  });
});

describe("a status", () => {
  test.each([".", ".."])("of a message '%s' is refused without a call", async (id) => {
    const { crm, calls } = aCrm({});

    await expect(crm.setDeliveryStatus(id, { statusCode: 1 })).rejects.toMatchObject({
      name: "PermanentFailure",
      reason: "refused-by-amocrm",
    });
    expect(calls).toEqual([]);
  });

  test.each(["\uD800", "a\uDFFFb", "..\uD83D"])(
    "of a message whose id has a lone surrogate (%#) is sent under a well-formed one",
    async (id) => {
      const { crm, calls } = aCrm({});

      await crm.setDeliveryStatus(id, { statusCode: 1 });

      expect(calls[0]?.url).toContain(encodeURIComponent(id.toWellFormed()));
    },
  );

  test("of a message answered with an HTML page of 404 is retried", async () => {
    const { crm } = aCrm({ status: 404, body: page });

    await expect(crm.setDeliveryStatus("m1", { statusCode: 1 })).rejects.toMatchObject({
      name: "TransientFailure",
    });
  });
});

describe("a history", () => {
  const chat = { amojoChatId: "c1", conversationId: "tg-700-42" };

  test.each([{ status: 204 }, { body: "" }])("without content is empty (%#)", async (answer) => {
    expect(await aCrm(answer).history.page(chat, 0)).toEqual([]);
  });

  test("that is an HTML page or of another form is not read as empty", async () => {
    for (const body of [page, "{}", "[]"]) {
      await expect(aCrm({ body }).history.page(chat, 0)).rejects.toMatchObject({
        name: "TransientFailure",
      });
    }
  });
});

describe("the main API", () => {
  const create = (answer: FetchedAnswer) => {
    const { fetch } = aFakeFetch(answer);
    const contacts = mainApiContacts({
      origin,
      token: aFakeSecret({ token: "t" }),
      now,
      fetch,
    });
    return contacts.create({ name: "Anna", requestId: "tg-700-42" });
  };

  test("gets a pause of 15 minutes when it blocks the address with an HTML page", async () => {
    await expect(create({ status: 403, body: page })).rejects.toMatchObject({
      name: "TransientFailure",
      isLimit: true,
      needsPerson: true,
      retryAfterSeconds: 900,
    });
  });

  test("is not paused when the token has too few rights", async () => {
    const body = { title: "Forbidden", status: 403 };

    await expect(create({ status: 403, body })).rejects.toMatchObject({
      name: "TransientFailure",
      isLimit: false,
      needsPerson: true,
    });
  });
});

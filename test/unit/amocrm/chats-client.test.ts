import { afterEach, describe, expect, test } from "@jest/globals";
import { chatsApiCrm, chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import { amocrmFixture } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const customer = { id: "tg-42", name: "Анна", language: "ru" } as const;
const message = {
  conversationId: "tg-700-42",
  msgid: "tg-700-42-5",
  customer,
  from: "customer",
  sentAtMillis: 1_700_000_000_500,
  silent: false,
  content: { type: "text", text: "Привет / hello" },
} as const;
const aCrm = async (
  answers: readonly [VendorAnswer, ...VendorAnswer[]],
  channel = aFakeSecret({ scopeId, current: "secret" }),
) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  const now = () => 1_700_000_000_000;
  const scope = chatsApiScope({ origin, channel, now });
  const history = chatsApiHistory(scope, now);
  const crm = chatsApiCrm({ scope, history, bot: { id: "", name: "" } });
  return { crm, requests, channel };
};
const chat = { amojoChatId: "c1", conversationId: "tg-700-42" };
const page = (from: number, count: number) => ({
  body: {
    messages: Array.from({ length: count }, (_, index) => ({
      timestamp: from - index,
      message: { id: `amojo-${from - index}`, client_id: `m-${from - index}` },
    })),
  },
});

describe("calls of the Chats API", () => {
  test("are signed over the exact bytes that are sent", async () => {
    const { crm, requests } = await aCrm([{ body: amocrmFixture("res-new-message.json") }]);

    await crm.sendMessage(message);

    const { method, path, headers, body } = requests[0] ?? {
      method: "",
      path: "",
      headers: {},
      body: "",
    };
    const date = "Tue, 14 Nov 2023 22:13:20 +0000";
    const signed = signRequest({ method, path, date, body: Buffer.from(body) }, "secret");
    expect([method, path]).toEqual(["POST", `/v2/origin/custom/${scopeId}`]);
    expect(headers).toMatchObject({
      date,
      "content-type": "application/json",
      "content-md5": signed["Content-MD5"],
      "x-signature": signed["X-Signature"],
    });
  });

  test("return amoCRM's ids", async () => {
    const { crm } = await aCrm([
      { body: amocrmFixture("res-create-chat.json") },
      { body: amocrmFixture("res-new-message.json") },
    ]);

    expect(await crm.openChat("tg-700-42", customer)).toEqual({
      amojoChatId: "6cbab3d5-c4c1-46ff-b710-ad59ad10805f",
      amojoUserId: "86a0caef-41ec-49ac-814b-b27da2cea267",
    });
    expect(await crm.sendMessage(message)).toBe("8f1176d7-c357-42b0-b944-a15d537a27d3");
  });

  test("keep a message id with special characters in its place of the path", async () => {
    const { crm, requests } = await aCrm([{ body: "" }]);

    await crm.setDeliveryStatus("a/../b?c", { statusCode: 1 });

    expect(requests[0]?.path).toBe(`/v2/origin/custom/${scopeId}/a%2F..%2Fb%3Fc/delivery_status`);
  });

  test("read the secret again after a refused signature", async () => {
    const channel = aFakeSecret({ scopeId, current: "old" }, { scopeId, current: "new" });
    const { crm, requests } = await aCrm([{ status: 403 }, { body: "" }], channel);

    const first = crm.setDeliveryStatus("m1", { statusCode: 1 });
    await expect(first).rejects.toMatchObject({ name: "TransientFailure", needsPerson: true });
    await crm.setDeliveryStatus("m1", { statusCode: 1 });

    const [before, after] = requests.map(({ headers }) => headers["x-signature"]);
    expect(before).not.toBe(after);
  });

  test("about a message that amoCRM does not know fail permanently", async () => {
    const { crm } = await aCrm([{ status: 404 }]);

    await expect(crm.setDeliveryStatus("m1", { statusCode: 1 })).rejects.toMatchObject({
      name: "PermanentFailure",
    });
    await expect(crm.editMessage(message)).rejects.toMatchObject({ name: "PermanentFailure" });
    await expect(crm.sendMessage(message)).rejects.toMatchObject({ name: "TransientFailure" });
  });
});

describe("a success with an unexpected body", () => {
  test.each(["", "{}", '{"new_message":{}}', "[]"])(
    "accepts a message with an unknown id when it is '%s'",
    async (body) => {
      const { crm } = await aCrm([{ body }]);

      expect(await crm.sendMessage(message)).toBe("");
    },
  );

  test.each([
    { name: "an HTML page", answer: { body: "<html>Maintenance</html>" } },
    { name: "words", answer: { body: "OK" } },
    { name: "empty and not a 200", answer: { status: 202, body: "" } },
  ])(
    "is a transient failure for a message when it is $name: a repeat is harmless",
    async ({ answer }) => {
      const { crm } = await aCrm([answer]);

      await expect(crm.sendMessage(message)).rejects.toMatchObject({ name: "TransientFailure" });
    },
  );

  test("is a failure for a chat, whose id is needed", async () => {
    const { crm } = await aCrm([{ body: "<html>" }]);

    await expect(crm.openChat("tg-700-42", customer)).rejects.toMatchObject({
      name: "TransientFailure",
    });
  });
});

describe("the search for the bridge's message in a chat", () => {
  const find = async (
    answers: readonly [VendorAnswer, ...VendorAnswer[]],
    msgid: string,
    since: number,
  ) => {
    const { crm, requests } = await aCrm(answers);
    return { found: await crm.findMessage(chat, msgid, since * 1000), pages: requests.length };
  };

  test("returns amoCRM's id of it, also from a later page", async () => {
    const { found, pages } = await find([page(1000, 50), page(950, 50)], "m-920", 900);

    expect([found, pages]).toEqual(["amojo-920", 2]);
  });

  test.each([
    { name: "no history", answers: [{ status: 204 }], pages: 1 },
    { name: "an empty history", answers: [page(1000, 0)], pages: 1 },
    {
      name: "the end of the history",
      answers: [page(1000, 50), page(950, 3), { status: 204 }],
      pages: 3,
    },
    {
      name: "a page that is older than the message",
      answers: [page(1000, 50), page(800, 50)],
      pages: 2,
    },
  ] as const)("ends in vain at $name", async ({ answers, pages }) => {
    expect(await find(answers as never, "m-none", 900)).toEqual({ found: undefined, pages });
  });

  test("requests pages one after another", async () => {
    const { crm, requests } = await aCrm([page(1000, 50), page(950, 50), { status: 204 }]);

    await crm.findMessage(chat, "m-none", 0);

    expect(requests.map(({ method, path }) => `${method} ${path.split("?")[1]}`)).toEqual([
      "GET limit=50&offset=0",
      "GET limit=50&offset=50",
      "GET limit=50&offset=100",
    ]);
  });
});

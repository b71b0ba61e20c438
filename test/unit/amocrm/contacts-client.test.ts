import { afterEach, describe, expect, test } from "@jest/globals";
import { mainApiContacts } from "../../../lambdas/amocrm/main-api/contacts.ts";
import { amocrmFixture } from "../../support/bodies.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const aClient = async (
  answers: readonly [VendorAnswer, ...VendorAnswer[]],
  token = aFakeSecret({ token: "ey.J" }),
) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  const now = () => 1_700_000_000_000;
  return { contacts: mainApiContacts({ origin, token, now }), requests };
};
const found = (...list: { id: number; name: string; created_at: number }[]) => ({
  body: { _embedded: { contacts: list } },
});
const inNoChat = { status: 204 };
const inAChat = { body: amocrmFixture("api-contacts-chats-list-res.json") };

describe("contacts of the main API", () => {
  test("are not available without a token", async () => {
    const { contacts } = await aClient([{}], aFakeSecret({ token: "" }));

    expect(await contacts.isAvailable()).toBe(false);
  });

  test("are created with a name, with the token", async () => {
    const { contacts, requests } = await aClient([
      { body: amocrmFixture("api-contacts-add-res.json") },
    ]);

    const id = await contacts.create({ name: "Анна", requestId: "tg-700-42" });

    expect(id).toBe(40_401_635);
    expect(requests).toMatchObject([
      { method: "POST", path: "/api/v4/contacts", headers: { authorization: "Bearer ey.J" } },
    ]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual([
      { name: "Анна", request_id: "tg-700-42" },
    ]);
  });

  test("are linked to a chat", async () => {
    const { contacts, requests } = await aClient([
      { body: amocrmFixture("api-contacts-chats-link-res.json") },
    ]);

    await contacts.linkChat(3_102_959, "6cbab3d5-c4c1-46ff-b710-ad59ad10805f");

    expect(JSON.parse(requests[0]?.body ?? "")).toEqual(
      JSON.parse(amocrmFixture("api-contacts-chats-link-req.json")),
    );
  });

  test("that a 200 answer leaves out were not linked", async () => {
    const { contacts } = await aClient([{ body: { _embedded: { chats: [] } } }]);

    await expect(contacts.linkChat(1, "c1")).rejects.toMatchObject({ name: "PermanentFailure" });
  });

  test.each([
    {
      name: "a refused token",
      answer: { status: 401 },
      failure: { name: "TransientFailure", needsPerson: true },
    },
    {
      name: "a blocked address",
      answer: { status: 403 },
      failure: { name: "TransientFailure", needsPerson: true },
    },
    {
      name: "too many requests",
      answer: { status: 429, body: { retry_after: 300 } },
      failure: { retryAfterSeconds: 300 },
    },
    {
      name: "trouble",
      answer: { status: 504, body: "<html>" },
      failure: { name: "TransientFailure" },
    },
    {
      name: "a refusal",
      answer: { status: 400, body: amocrmFixture("api-error-400-validation.json") },
      failure: { name: "PermanentFailure", reason: "refused-by-amocrm" },
    },
  ])("fail with the matching failure: $name", async ({ answer, failure }) => {
    const { contacts } = await aClient([answer]);

    await expect(contacts.create({ name: "Анна", requestId: "r" })).rejects.toMatchObject(failure);
  });
});

describe("the search for a contact that may have been created", () => {
  test("finds one with exactly that name, created since then and without a chat", async () => {
    const { contacts } = await aClient([
      found(
        { id: 3, name: "Anna Ivanova", created_at: 1000 },
        { id: 2, name: "Anna", created_at: 1000 },
        { id: 1, name: "Anna", created_at: 999 },
      ),
      inNoChat,
    ]);

    expect(await contacts.findRecent("Anna", 1_000_000)).toEqual([2]);
  });

  test("skips one that has a chat, because it is another person", async () => {
    const [one, two] = [1, 2].map((id) => ({ id, name: "Anna", created_at: 1000 }));
    const { contacts } = await aClient([found(one as never, two as never), inAChat, inNoChat]);

    expect(await contacts.findRecent("Anna", 1_000_000)).toEqual([2]);
  });

  test("does not choose between several", async () => {
    const annas = [1, 2, 3].map((id) => ({ id, name: "Anna", created_at: 1000 }));
    const { contacts, requests } = await aClient([found(...annas), inNoChat]);

    expect(await contacts.findRecent("Anna", 1_000_000)).toEqual([1, 2]);
    expect(requests).toHaveLength(3);
  });

  test.each([
    { name: "nothing is found", answers: [{ status: 204 }] },
    { name: "only older ones are", answers: [found({ id: 1, name: "Anna", created_at: 1 })] },
  ] as const)("answers none when $name", async ({ answers }) => {
    const { contacts } = await aClient(answers);

    expect(await contacts.findRecent("Anna", 1_000_000)).toEqual([]);
  });

  test("sends the name unchanged, with any characters", async () => {
    const { contacts, requests } = await aClient([{ status: 204 }]);

    await contacts.findRecent("A&B=1 #x", 0);

    const query = new URL(requests[0]?.path ?? "", "http://x").searchParams;
    expect(query.get("query")).toBe("A&B=1 #x");
  });
});

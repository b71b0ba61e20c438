import { afterEach, describe, expect, test } from "@jest/globals";
import { MainApiContacts } from "../../../lambdas/adapters/amocrm/contacts-client.ts";
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
  return { contacts: new MainApiContacts({ origin, token, now }), requests };
};
const found = (...list: { id: number; name: string; created_at: number }[]) => ({
  body: { _embedded: { contacts: list } },
});
const inNoChat = { status: 204 };
const inAChat = { body: amocrmFixture("api-contacts-chats-list-res.json") };

describe("contacts of the main API", () => {
  test("are not to be had without a token", async () => {
    const { contacts } = await aClient([{}], aFakeSecret({ token: "" }));

    expect(await contacts.isAvailable()).toBe(false);
  });

  test("are made with a name, under the token", async () => {
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

  test("that a 200 leaves out were not linked", async () => {
    const { contacts } = await aClient([{ body: { _embedded: { chats: [] } } }]);

    await expect(contacts.linkChat(1, "c1")).rejects.toMatchObject({ name: "PermanentFailure" });
  });

  test.each([
    {
      name: "a token that is refused",
      answer: { status: 401 },
      failure: { name: "TransientFailure", needsPerson: true },
    },
    {
      name: "a blocked address",
      answer: { status: 403 },
      failure: { name: "TransientFailure", needsPerson: true },
    },
    {
      name: "too many calls",
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
  ])("fail with what it means: $name", async ({ answer, failure }) => {
    const { contacts } = await aClient([answer]);

    await expect(contacts.create({ name: "Анна", requestId: "r" })).rejects.toMatchObject(failure);
  });
});

describe("looking up a contact that may have been made", () => {
  test("takes one of that very name, made since then and in no chat", async () => {
    const { contacts } = await aClient([
      found(
        { id: 3, name: "Anna Ivanova", created_at: 1000 },
        { id: 2, name: "Anna", created_at: 1000 },
        { id: 1, name: "Anna", created_at: 999 },
      ),
      inNoChat,
    ]);

    expect(await contacts.findRecent("Anna", 1_000_000)).toBe(2);
  });

  test("passes over one that is in a chat: it is somebody else", async () => {
    const [one, two] = [1, 2].map((id) => ({ id, name: "Anna", created_at: 1000 }));
    const { contacts } = await aClient([found(one as never, two as never), inAChat, inNoChat]);

    expect(await contacts.findRecent("Anna", 1_000_000)).toBe(2);
  });

  test.each([
    { name: "nothing is found", answers: [{ status: 204 }] },
    { name: "only older ones are", answers: [found({ id: 1, name: "Anna", created_at: 1 })] },
  ] as const)("answers none when $name", async ({ answers }) => {
    const { contacts } = await aClient(answers);

    expect(await contacts.findRecent("Anna", 1_000_000)).toBeUndefined();
  });

  test("asks for the name as it is, whatever its characters", async () => {
    const { contacts, requests } = await aClient([{ status: 204 }]);

    await contacts.findRecent("A&B=1 #x", 0);

    const query = new URL(requests[0]?.path ?? "", "http://x").searchParams;
    expect(query.get("query")).toBe("A&B=1 #x");
  });
});

describe("a number", () => {
  const phone = "+79161234567";
  const aContact = (id: number, ...values: (string | number)[]) => ({
    id,
    name: "Anna",
    created_at: 1,
    custom_fields_values: [
      { field_code: null, values: [{ value: phone }] },
      { field_code: "PHONE", values: values.map((value) => ({ value, enum_id: 7 })) },
    ],
  });

  test.each([
    { name: "nobody", list: [], id: undefined },
    { name: "one who writes it at home", list: [aContact(5, "8 (916) 123-45-67")], id: 5 },
    { name: "one who has it as a number", list: [aContact(5, 79161234567)], id: 5 },
    { name: "the oldest", list: [aContact(9, phone), aContact(5, "1", phone)], id: 5 },
    { name: "none who has a longer one", list: [aContact(5, "791612345678")], id: undefined },
    {
      name: "none without numbers",
      list: [{ ...aContact(5), custom_fields_values: null }],
      id: undefined,
    },
  ])("is searched by its digits and compared whole: $name has it", async ({ list, id }) => {
    const { contacts, requests } = await aClient([
      list.length === 0 ? { status: 204 } : { body: { _embedded: { contacts: list } } },
    ]);

    expect(await contacts.findByPhone(phone)).toBe(id);
    expect(requests[0]?.path).toContain("/api/v4/contacts?query=9161234567&");
  });

  test("is part of a contact from its making", async () => {
    const { contacts, requests } = await aClient([
      { body: amocrmFixture("api-contacts-add-res.json") },
    ]);

    await contacts.create({ name: "Anna", requestId: "r", phone });

    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject([
      {
        custom_fields_values: [
          { field_code: "PHONE", values: [{ value: phone, enum_code: "MOB" }] },
        ],
      },
    ]);
  });

  test("is added to those of a contact, which stay", async () => {
    const { contacts, requests } = await aClient([{ body: aContact(5, "+74950000000") }, {}]);

    await contacts.addPhone(5, phone);

    expect(requests[1]).toMatchObject({ method: "PATCH", path: "/api/v4/contacts/5" });
    expect(JSON.parse(requests[1]?.body ?? "")).toEqual({
      custom_fields_values: [
        {
          field_code: "PHONE",
          values: [
            { value: "+74950000000", enum_id: 7 },
            { value: phone, enum_code: "MOB" },
          ],
        },
      ],
    });
  });

  test("that is there already is not added", async () => {
    const { contacts, requests } = await aClient([{ body: aContact(5, "89161234567") }]);

    await contacts.addPhone(5, phone);

    expect(requests).toHaveLength(1);
  });

  test("of a contact that is gone is refused", async () => {
    const { contacts } = await aClient([{ status: 204 }]);

    await expect(contacts.addPhone(5, phone)).rejects.toMatchObject({ name: "PermanentFailure" });
  });
});

describe("the contact of a chat", () => {
  const link = { chat_id: "c1", contact_id: 31, id: 4 };

  test.each([
    { name: "is told", answer: { body: { _embedded: { chats: [link] } } }, id: 31 },
    { name: "may be none", answer: { status: 204 }, id: undefined },
    {
      name: "is not another chat's",
      answer: { body: { _embedded: { chats: [{ ...link, chat_id: "c2" }] } } },
      id: undefined,
    },
  ])("$name", async ({ answer, id }) => {
    const { contacts, requests } = await aClient([answer]);

    expect(await contacts.contactOf("c1")).toBe(id);
    expect(requests[0]?.path).toBe("/api/v4/contacts/chats?chat_id=c1");
  });
});

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

const aClient = async (answers: readonly [VendorAnswer, ...VendorAnswer[]]) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  const token = aFakeSecret({ token: "ey.J" });
  const now = () => 1_700_000_000_000;
  return { contacts: mainApiContacts({ origin, token, now }), requests };
};

describe("a phone number", () => {
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
    { name: "no contact", list: [], id: undefined },
    { name: "a contact with the national form", list: [aContact(5, "8 (916) 123-45-67")], id: 5 },
    { name: "a contact with the number as a JSON number", list: [aContact(5, 79161234567)], id: 5 },
    { name: "the oldest contact", list: [aContact(9, phone), aContact(5, "1", phone)], id: 5 },
    { name: "no contact with a longer number", list: [aContact(5, "791612345678")], id: undefined },
    {
      name: "no contact without numbers",
      list: [{ ...aContact(5), custom_fields_values: null }],
      id: undefined,
    },
  ])(
    "is searched for by its digits and compared as a whole: $name has it",
    async ({ list, id }) => {
      const { contacts, requests } = await aClient([
        list.length === 0 ? { status: 204 } : { body: { _embedded: { contacts: list } } },
      ]);

      expect(await contacts.findByPhone(phone)).toBe(id);
      expect(requests[0]?.path).toContain("/api/v4/contacts?query=9161234567&");
    },
  );

  test("is part of a contact from its creation", async () => {
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

  test("is added to the numbers of a contact, which stay", async () => {
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

  test("that the contact already has is not added", async () => {
    const { contacts, requests } = await aClient([{ body: aContact(5, "89161234567") }]);

    await contacts.addPhone(5, phone);

    expect(requests).toHaveLength(1);
  });

  test("of a deleted contact is refused", async () => {
    const { contacts } = await aClient([{ status: 204 }]);

    await expect(contacts.addPhone(5, phone)).rejects.toMatchObject({ name: "PermanentFailure" });
  });
});

describe("the contact of a chat", () => {
  const link = { chat_id: "c1", contact_id: 31, id: 4 };

  test.each([
    { name: "is known", answer: { body: { _embedded: { chats: [link] } } }, id: 31 },
    { name: "may be absent", answer: { status: 204 }, id: undefined },
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

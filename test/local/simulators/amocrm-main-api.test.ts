import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, aNewMessage, channel } from "./support/amocrm-client.ts";

let client: Client;
beforeEach(async () => {
  client = await Client.start();
});
afterEach(() => client.amocrm.close());

const addContact = async (name: string): Promise<number> => {
  const { body } = await client.api("POST", "contacts", [{ name, request_id: "a" }]);
  return (body["_embedded"] as { contacts: { id: number }[] }).contacts[0]?.id ?? 0;
};
const addChat = async (conversationId: string): Promise<string> => {
  const user = { id: `user of ${conversationId}`, name: "Ann" };
  const { body } = await client.call("POST", "chats", { conversation_id: conversationId, user });
  return String(body["id"]);
};

describe("the main API", () => {
  test("requires the token", async () => {
    const paths = ["account", "contacts", "contacts/chats", "anything"];
    const answers = await Promise.all(
      paths.map((path) =>
        client.send("GET", `/api/v4/${path}`, Buffer.alloc(0), { Authorization: "Bearer wrong" }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  test("returns the account's amojo id on request", async () => {
    expect((await client.api("GET", "account?with=amojo_id")).body["amojo_id"]).toBe(
      channel.accountId,
    );
    expect((await client.api("GET", "account")).body).not.toHaveProperty("amojo_id");
  });

  test("refuses more requests per second than the limit allows", async () => {
    const limited = await Client.start({ mainApiPerSecond: 2 });
    try {
      const statuses = [];
      for (let i = 0; i < 3; i += 1) statuses.push((await limited.api("GET", "account")).status);

      expect(statuses).toEqual([200, 200, 429]);
    } finally {
      await limited.amocrm.close();
    }
  });
});

describe("contacts", () => {
  test("are created in one request and found by name and field", async () => {
    const phone = { field_code: "PHONE", values: [{ value: "+7915", enum_code: "WORK" }] };
    const { body } = await client.api("POST", "contacts", [
      { name: "Ann", custom_fields_values: [phone] },
      { first_name: "Bob", last_name: "Bee", request_id: "b" },
    ]);

    expect(body).toMatchObject({
      _embedded: { contacts: [{ request_id: "0" }, { request_id: "b" }] },
    });
    const names = async (query: string) => {
      const list = (await client.api("GET", `contacts?${query}`)).body;
      return (list["_embedded"] as { contacts: { name: string }[] }).contacts.map(
        ({ name }) => name,
      );
    };
    expect(await names("query=7915")).toEqual(["Ann"]);
    expect(await names("query=bob%20bee")).toEqual(["Bob Bee"]);
    expect(await names("order[id]=desc&limit=1")).toEqual(["Bob Bee"]);
    expect(await names("limit=1&page=2")).toEqual(["Bob Bee"]);
  });

  test("are changed field by field: the given values replace all earlier values", async () => {
    const field = (code: string, ...values: string[]) => ({
      field_code: code,
      values: values.map((value) => ({ value, enum_code: "WORK" })),
    });
    const given = [field("PHONE", "+7915"), field("EMAIL", "a@b.example")];
    const { body } = await client.api("POST", "contacts", [
      { name: "Ann", custom_fields_values: given },
    ]);
    const { id } = (body["_embedded"] as { contacts: { id: number }[] }).contacts[0] ?? { id: 0 };
    const phones = { custom_fields_values: [field("PHONE", "+7916", "+7917")] };

    const { status } = await client.api("PATCH", `contacts/${id}`, phones);

    expect(status).toBe(200);
    expect(client.amocrm.contacts()).toMatchObject([{ name: "Ann", phones: ["+7916", "+7917"] }]);
    expect((await client.api("GET", "contacts?query=a@b.example")).status).toBe(200);
    expect((await client.api("GET", "contacts?query=7915")).status).toBe(204);
  });

  test("require the type of a number, and must exist before a change", async () => {
    const phones = { field_code: "PHONE", values: [{ value: "+7915" }] };
    const made = await client.api("POST", "contacts", [{ custom_fields_values: [phones] }]);
    const changed = await client.api("PATCH", "contacts/5", { name: "Ann" });

    expect([made.status, changed.status]).toEqual([400, 400]);
  });

  test("that do not exist give an empty answer", async () => {
    expect((await client.api("GET", "contacts?query=nobody")).status).toBe(204);
    expect((await client.api("GET", "contacts/5")).status).toBe(204);
  });

  test("can be read one by one", async () => {
    const id = await addContact("Ann");

    expect((await client.api("GET", `contacts/${id}`)).body).toMatchObject({ id, name: "Ann" });
  });

  test.each([
    { name: "an object", body: { name: "Ann" } },
    { name: "no entity", body: [] },
    { name: "a number for a name", body: [{ name: 5 }] },
    { name: "a field without values", body: [{ custom_fields_values: [{ field_code: "PHONE" }] }] },
    {
      name: "a field without a name",
      body: [{ custom_fields_values: [{ values: [{ value: "1" }] }] }],
    },
  ])("given as $name are refused", async ({ body }) => {
    const answer = await client.api("POST", "contacts", body);

    expect(answer).toMatchObject({ status: 400, body: { title: "Bad Request", status: 400 } });
    expect(client.amocrm.contacts()).toEqual([]);
  });

  test.each([
    { query: "limit=251", status: 422 },
    { query: "limit=0", status: 400 },
    { query: "order[name]=asc", status: 400 },
    { query: "order[id]=up", status: 400 },
  ])("listed with $query get $status", async ({ query, status }) => {
    expect((await client.api("GET", `contacts?${query}`)).status).toBe(status);
  });
});

describe("a chat's contact", () => {
  test("is set, listed and moved", async () => {
    const chatId = await addChat("tg-1-7");
    const [ann, bob] = [await addContact("Ann"), await addContact("Bob")];

    const linked = await client.api("POST", "contacts/chats", [
      { contact_id: ann, chat_id: chatId },
    ]);
    await client.api("POST", "contacts/chats", [{ contact_id: bob, chat_id: chatId }]);

    expect(linked.body).toMatchObject({
      _total_items: 1,
      _embedded: { chats: [{ chat_id: chatId, contact_id: ann, request_id: "0" }] },
    });
    expect((await client.api("GET", `contacts/chats?contact_id=${ann}`)).status).toBe(204);
    const found = await client.api("GET", `contacts/chats?chat_id[]=${chatId}&chat_id[]=x`);
    expect(found.body).toMatchObject({
      _total_items: 1,
      _embedded: { chats: [{ chat_id: chatId, contact_id: bob }] },
    });
  });

  test("must exist, and so must the chat", async () => {
    const chatId = await addChat("tg-1-7");
    const contactId = await addContact("Ann");

    for (const link of [
      { contact_id: 5, chat_id: chatId },
      { contact_id: contactId, chat_id: "tg-1-7" },
      { contact_id: String(contactId), chat_id: chatId },
    ]) {
      const answer = await client.api("POST", "contacts/chats", [link]);
      expect(answer.status).toBe(400);
      expect(answer.body["validation-errors"]).toHaveLength(1);
    }
  });

  test("cannot be requested without a name", async () => {
    expect((await client.api("GET", "contacts/chats")).status).toBe(400);
  });
});

describe("a new customer's first message", () => {
  test("creates a contact and one unsorted lead, which the list of contacts hides", async () => {
    await client.call("POST", "", aNewMessage());
    await client.call("POST", "", aNewMessage({ msgid: "m2" }));

    expect(client.amocrm.leads()).toMatchObject([{ category: "chats", conversationId: "tg-1-7" }]);
    expect(client.amocrm.contacts()).toMatchObject([{ name: "Ann", chats: [expect.any(String)] }]);
    expect((await client.api("GET", "contacts?query=Ann")).status).toBe(204);
    const chatId = client.amocrm.messages()[0]?.chatId ?? "";
    expect((await client.api("GET", `contacts/chats?chat_id=${chatId}`)).status).toBe(200);
  });

  test("creates neither when it is silent", async () => {
    await client.call("POST", "", aNewMessage({ silent: true }));

    expect(client.amocrm.leads()).toEqual([]);
    expect(client.amocrm.contacts()).toEqual([]);
  });

  test("creates no lead when the chat was linked to a contact before, where the account does so", async () => {
    client.amocrm.setSwitches({ unsortedForLinked: false });
    const chatId = await addChat("tg-1-7");
    const contactId = await addContact("Ann");
    await client.api("POST", "contacts/chats", [{ contact_id: contactId, chat_id: chatId }]);

    await client.call("POST", "", aNewMessage());

    expect(client.amocrm.leads()).toEqual([]);
    expect(client.amocrm.contacts()).toMatchObject([
      { id: contactId, name: "Ann", chats: [chatId] },
    ]);
  });
});

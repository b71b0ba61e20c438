import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mainPipelineId, secondPipelineId } from "../../../local/simulators/amocrm/crm.ts";
import { markPatienceMillis } from "../../../local/simulators/amocrm/talk-closing.ts";
import { Client, aNewMessage } from "./support/amocrm-client.ts";
import type { Answer } from "./support/amocrm-client.ts";

let client: Client;
let now = 0;
beforeEach(async () => {
  now = Date.now();
  client = await Client.start({ now: () => now });
});
afterEach(() => client.amocrm.close());

const itemsOf = (answer: Answer, name: string) =>
  (answer.body["_embedded"] as Record<string, Record<string, unknown>[]>)[name] ?? [];
const idOf = (answer: Answer, name: string) => Number(itemsOf(answer, name)[0]?.["id"]);
const addContact = async (more: object = {}) =>
  idOf(await client.api("POST", "contacts", [{ name: "Ann", ...more }]), "contacts");
const addLead = async (more: object = {}) =>
  idOf(await client.api("POST", "leads", [more]), "leads");
const sim = async (path: string, body: object = {}) => {
  const url = `${client.amocrm.origin}/_sim/${path}`;
  return (await fetch(url, { method: "POST", body: JSON.stringify(body) })).status;
};
const writes = (msgid: string, more: object = {}) =>
  client.call("POST", "", aNewMessage({ msgid, ...more }));
const talkIdOf = async (contactId: number) => {
  const query = `events?filter[entity][]=contact&filter[entity_id][]=${contactId}&filter[type][]=incoming_chat_message`;
  const [event] = itemsOf(await client.api("GET", query), "events");
  const changes = event?.["value_after"] as { message: { talk_id: number } }[] | undefined;
  return changes?.[0]?.message.talk_id;
};

describe("custom fields", () => {
  test("are created, listed in pages of 50, and written by id or code", async () => {
    const made = await client.api("POST", "contacts/custom_fields", [
      { name: "Telegram id", type: "text", code: "TG_ID", is_api_only: true },
      { name: "Link", type: "url" },
      { name: "Premium", type: "checkbox" },
      { name: "Age", type: "numeric" },
      { name: "Kind", type: "select", enums: [{ value: "new", sort: 1 }] },
    ]);
    const [, link, premium, age, kind] = itemsOf(made, "custom_fields").map(({ id }) => Number(id));
    const one = (field: object, value: unknown) => ({ ...field, values: [{ value }] });

    const contactId = await addContact({
      custom_fields_values: [
        one({ field_code: "TG_ID" }, "42"),
        one({ field_id: link }, "https://t.me/ann"),
        one({ field_id: premium }, true),
        one({ field_id: age }, "30"),
        one({ field_id: kind }, "new"),
      ],
    });

    expect(made.status).toBe(201);
    expect(itemsOf(made, "custom_fields")[0]).toMatchObject({
      code: "TG_ID",
      is_api_only: true,
      is_predefined: false,
      request_id: "0",
    });
    expect(client.amocrm.contacts()[0]?.fields).toEqual({
      TG_ID: ["42"],
      [String(link)]: ["https://t.me/ann"],
      [String(premium)]: [true],
      [String(age)]: ["30"],
      [String(kind)]: ["new"],
    });
    const wrong = [one({ field_id: link }, "t.me/ann"), one({ field_id: premium }, "yes")];
    const refused = await client.api("PATCH", `contacts/${contactId}`, {
      custom_fields_values: [...wrong, one({ field_id: age }, "old"), one({ field_id: kind }, "x")],
    });
    expect(refused.body["validation-errors"]).toMatchObject([
      { errors: [0, 1, 2, 3].map((n) => ({ path: `custom_fields_values.${n}.values.0.value` })) },
    ]);
  });

  test("of leads have the predefined ones for tracking, and more than a page is read by its next link", async () => {
    const more = Array.from({ length: 40 }, (_, n) => ({ name: `Field ${n}`, type: "text" }));
    await client.api("POST", "leads/custom_fields", more);

    const first = await client.api("GET", "leads/custom_fields?limit=250");
    const { next } = first.body["_links"] as { next: { href: string } };
    const second = await client.api("GET", next.href.split("/api/v4/")[1] ?? "");

    expect(itemsOf(first, "custom_fields")).toHaveLength(50);
    expect(itemsOf(first, "custom_fields").map(({ code }) => code)).toEqual(
      expect.arrayContaining(["UTM_SOURCE", "UTM_CAMPAIGN", "YCLID", "_YM_UID"]),
    );
    expect(itemsOf(second, "custom_fields")).toHaveLength(9);
    expect(second.body["_links"]).not.toHaveProperty("next");
  });

  test("that an operator deletes take their values with them, and are refused from then on", async () => {
    const value = { field_code: "UTM_SOURCE", values: [{ value: "ig" }] };
    await addLead({ custom_fields_values: [value] });
    const { id = 0 } = client.amocrm.fields().leads.find(({ code }) => code === "UTM_SOURCE") ?? {};

    expect(await sim(`fields/${id}/delete`, { entity: "leads" })).toBe(200);
    expect(client.amocrm.leads()[0]?.fields).toEqual({});
    expect((await client.api("POST", "leads", [{ custom_fields_values: [value] }])).status).toBe(
      400,
    );
  });
});

describe("notes, tasks and tags", () => {
  test("notes belong to a lead or a contact, and are listed in order", async () => {
    const [leadId, contactId] = [await addLead(), await addContact()];
    const params = { text: "@ann" };
    const made = await client.api("POST", `leads/${leadId}/notes`, [
      { note_type: "common", params, request_id: "n" },
      { note_type: "service_message", params: { ...params, service: "Telegram" } },
    ]);
    await client.api("POST", "contacts/notes", [
      {
        entity_id: contactId,
        note_type: "extended_service_message",
        params: { service: "T", text: "a" },
      },
    ]);

    expect(itemsOf(made, "notes")[0]).toMatchObject({ entity_id: leadId, request_id: "n" });
    const listed = await client.api("GET", `leads/${leadId}/notes?limit=1&order[id]=desc`);
    expect(itemsOf(listed, "notes")).toMatchObject([
      { entity_id: leadId, note_type: "service_message", params: { service: "Telegram" } },
    ]);
    expect(itemsOf(await client.api("GET", `contacts/${contactId}/notes`), "notes")).toHaveLength(
      1,
    );
    expect((await client.api("GET", "leads/5/notes")).status).toBe(204);
    expect(client.amocrm.notes()).toHaveLength(3);
  });

  test("tasks get the token's user, are found by their lead, and are closed with a result", async () => {
    const leadId = await addLead();
    const task = { text: "Answer Ann", complete_till: 1_800_000_000 };
    const made = await client.api("POST", "tasks", [
      { ...task, entity_id: leadId, entity_type: "leads" },
      { ...task, text: "Other" },
    ]);
    const id = idOf(made, "tasks");
    const query = `tasks?filter[entity_type]=leads&filter[entity_id][]=${leadId}&filter[is_completed]`;
    const open = await client.api("GET", `${query}=0`);
    const change = { is_completed: true, result: { text: "Done" } };
    await client.api("PATCH", `tasks/${id}`, change);

    expect(itemsOf(open, "tasks")).toMatchObject([
      { id, text: "Answer Ann", responsible_user_id: 8_000_001, is_completed: false },
    ]);
    expect((await client.api("GET", `${query}=0`)).status).toBe(204);
    expect(itemsOf(await client.api("GET", `${query}=1`), "tasks")).toMatchObject([
      { id, result: { text: "Done" } },
    ]);
    expect((await client.api("GET", `tasks?filter[entity_id]=${leadId}`)).status).toBe(400);
  });

  test("a tag that exists keeps its id, and leads and contacts have separate tags", async () => {
    const add = async (entity: string) =>
      idOf(await client.api("POST", `${entity}/tags`, [{ name: "telegram" }]), "tags");
    const [first, again, other] = [await add("leads"), await add("leads"), await add("contacts")];
    await addLead({ tags_to_add: [{ name: "telegram" }, { id: first }] });

    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(client.amocrm.leads()[0]?.tags).toEqual(["telegram"]);
    const found = await client.api("GET", "leads/tags?filter[name]=telegram");
    expect(itemsOf(found, "tags")).toMatchObject([{ id: first }]);
    expect((await client.api("GET", "contacts/tags?query=x")).status).toBe(204);
  });
});

describe("sources", () => {
  const add = (more: object) => client.api("POST", "sources", [{ name: "A", ...more }]);

  test("are created, found by their external id, changed and deleted", async () => {
    const made = await add({ external_id: "spring", pipeline_id: secondPipelineId });
    const id = idOf(made, "sources");
    const found = await client.api("GET", "sources?filter[external_id]=spring");
    await client.api("PATCH", `sources/${id}`, { name: "Spring" });

    expect(made).toMatchObject({ status: 200 });
    expect(itemsOf(found, "sources")).toMatchObject([
      { id, external_id: "spring", default: false },
    ]);
    expect((await client.api("GET", `sources/${id}`)).body).toMatchObject({ name: "Spring" });
    expect((await add({ external_id: "spring" })).status).toBe(400);
    expect((await client.api("DELETE", `sources/${id}`)).status).toBe(204);
    expect((await client.api("DELETE", `sources/${id}`)).status).toBe(404);
    expect((await client.api("GET", `sources/${id}`)).status).toBe(204);
    expect((await client.api("GET", "sources")).status).toBe(204);
  });

  test("that a message names put the unsorted lead in their pipeline and are shown on it", async () => {
    const id = idOf(await add({ external_id: "spring", pipeline_id: secondPipelineId }), "sources");
    const person = { conversation_id: "tg-1-8", sender: { id: "tg-8", name: "Bob" } };
    await writes("m1", { source: { external_id: "spring" } });
    await writes("m2", { ...person, source: { external_id: "unknown" } });

    expect(client.amocrm.leads()).toMatchObject([
      { pipelineId: secondPipelineId, source: { name: "A", externalId: "spring" } },
      { pipelineId: mainPipelineId, source: { name: "Simulated integration", externalId: null } },
    ]);
    const lead = client.amocrm.leads()[0]?.id;
    const shown = (await client.api("GET", `leads/${lead}?with=source,source_id`)).body;
    expect(shown).toMatchObject({ source_id: id, _embedded: { source: { id, name: "A" } } });
  });

  test("the default one takes the chats for which no message named a source; a later default replaces it", async () => {
    await add({ external_id: "old", default: true });
    await add({ external_id: "new", default: true, pipeline_id: secondPipelineId });

    await writes("m1");

    expect(client.amocrm.sources().map(({ isDefault }) => isDefault)).toEqual([false, true]);
    expect(client.amocrm.leads()).toMatchObject([
      { pipelineId: secondPipelineId, source: { externalId: "new" } },
    ]);
  });

  test("give a lead their pipeline, unless the lead names one or theirs is in the archive", async () => {
    await add({ external_id: "s", pipeline_id: secondPipelineId });
    const _embedded = { source: { external_id: "s", type: "widget" } };
    await addLead({ _embedded });
    await addLead({ _embedded, pipeline_id: mainPipelineId });
    client.amocrm.archivePipeline(secondPipelineId);
    await addLead({ _embedded });

    expect(client.amocrm.leads().map(({ pipelineId }) => pipelineId)).toEqual([
      secondPipelineId,
      mainPipelineId,
      mainPipelineId,
    ]);
  });
});

describe("the close of a talk", () => {
  const talk = async () => {
    await writes("m1");
    return talkIdOf(client.amocrm.leads()[0]?.contactId ?? 0);
  };
  const close = async (id: number | undefined, body: object = {}) => {
    const { status, text } = await client.api("POST", `talks/${id}/close`, body);
    return { status, text };
  };
  const isOpen = async (id: number | undefined) =>
    (await client.api("GET", `talks/${id}`)).body["is_in_work"];

  test("is accepted once, without a body", async () => {
    const id = await talk();

    expect(await close(id, { force_close: true })).toEqual({ status: 202, text: "" });
    expect(await isOpen(id)).toBe(false);
    expect((await close(id)).status).toBe(422);
    expect((await close(5)).status).toBe(404);
    expect((await close(id, { force: true })).status).toBe(400);
  });

  test("lets a bot ask for a mark first, and the answer closes the talk", async () => {
    client.amocrm.setSwitches({ npsBot: true });
    const id = await talk();
    const answer = await close(id, { force_close: false });
    const [before, again] = [await isOpen(id), (await close(id)).status];

    await writes("m2", { message: { type: "text", text: "5" } });

    expect([answer.status, before, again, await isOpen(id)]).toEqual([202, true, 422, false]);
    expect(client.amocrm.messages().map(({ sender }) => sender.name)).toEqual([
      "Ann",
      "NPS bot",
      "Ann",
    ]);
  });

  test("comes without a mark after a time, and at once when it is forced", async () => {
    client.amocrm.setSwitches({ npsBot: true });
    const id = await talk();
    await close(id);
    const before = await isOpen(id);
    now += markPatienceMillis;

    expect([before, await isOpen(id)]).toEqual([true, false]);
    client.amocrm.reopenTalk("tg-1-7");
    await close(id, { force_close: true });
    expect(await isOpen(id)).toBe(false);
  });
});

describe("an operator", () => {
  test("merges contacts: one id is gone, and its chats, leads and notes belong to the other", async () => {
    await writes("m1");
    const [{ id: leadId, contactId } = { id: 0, contactId: 0 }] = client.amocrm.leads();
    const other = await addContact({ name: "Anna" });
    const note = { note_type: "common", params: { text: "a" } };
    await client.api("POST", `contacts/${contactId}/notes`, [note]);

    expect(await sim(`contacts/${contactId}/merge`, { into: other })).toBe(200);

    expect((await client.api("GET", `contacts/${contactId}`)).status).toBe(204);
    const { body } = await client.api("GET", `contacts/${other}?with=leads`);
    expect(body).toMatchObject({ _embedded: { leads: [{ id: leadId }] } });
    expect(client.amocrm.contacts()).toMatchObject([{ id: other, chats: [expect.any(String)] }]);
    expect(client.amocrm.notes()).toMatchObject([{ entity: "contacts", entityId: other }]);
    expect(await sim(`contacts/${other}/merge`, { into: other })).toBe(400);
  });

  test("deletes a contact: its chat has none then, and its lead stays", async () => {
    await writes("m1");
    const [{ contactId, chatId } = { contactId: 0, chatId: "" }] = client.amocrm.leads();

    expect(await sim(`contacts/${contactId}/delete`)).toBe(200);

    expect((await client.api("GET", `contacts/${contactId}`)).status).toBe(204);
    expect((await client.api("GET", `contacts/chats?chat_id=${chatId}`)).status).toBe(204);
    expect(client.amocrm.leads()).toMatchObject([{ contactId: undefined, isDeleted: false }]);
  });

  test("adds, moves and closes a lead, and gives it to another", async () => {
    const contactId = await addContact();
    const made = await fetch(`${client.amocrm.origin}/_sim/leads`, {
      method: "POST",
      body: JSON.stringify({ name: "By hand", contactId }),
    });
    const { id } = (await made.json()) as { id: number };

    const statuses = [
      await sim(`leads/${id}/responsible`, { userId: 8_000_003 }),
      await sim(`leads/${id}/move`, { pipelineId: secondPipelineId }),
      await sim(`leads/${id}/close`, { as: "won" }),
    ];

    expect(statuses).toEqual([200, 200, 200]);
    expect(client.amocrm.leads()).toMatchObject([
      { id, contactId, pipelineId: secondPipelineId, statusId: 142, responsibleUserId: 8_000_003 },
    ]);
  });

  test.each([
    ["leads/5/close", { as: "won" }],
    ["leads/5/delete", {}],
    ["leads/x/delete", {}],
    ["leads", { contactId: 5 }],
    ["leads", { statusId: 31_000_011 }],
    ["leads", { pipelineId: 5 }],
    ["contacts/5/delete", {}],
    ["fields/5/delete", { entity: "leads" }],
    ["statuses/142/delete", {}],
    ["pipelines/3100001/archive", {}],
    ["account", { unsorted: true }],
    ["account", { readsLagMillis: "5" }],
  ])("cannot do what is not there: %s %j", async (path, body) => {
    expect(await sim(path, body)).toBe(400);
  });
});

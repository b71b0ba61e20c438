import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  lost,
  mainPipelineId,
  secondPipelineId,
  won,
} from "../../../local/simulators/amocrm/crm.ts";
import { Client, aNewMessage } from "./support/amocrm-client.ts";
import type { Answer } from "./support/amocrm-client.ts";

let client: Client;
beforeEach(async () => {
  client = await Client.start();
});
afterEach(() => client.amocrm.close());

const operator = 8_000_002;
const itemsOf = (answer: Answer, name: string) =>
  ((answer.body["_embedded"] as Record<string, { id: number }[]>)[name] ?? []).map(({ id }) => id);
const addContact = async (name = "Ann") =>
  itemsOf(await client.api("POST", "contacts", [{ name }]), "contacts")[0] ?? 0;
const addLead = async (lead: object = {}) =>
  itemsOf(await client.api("POST", "leads", [lead]), "leads")[0] ?? 0;
const leadsOf = async (contactId: number) => {
  const { body } = await client.api("GET", `contacts/${contactId}?with=leads`);
  return (body["_embedded"] as { leads?: { id: number }[] }).leads?.map(({ id }) => id);
};
const stagesOf = (pipelineId: number) =>
  client.amocrm
    .pipelines()
    .find(({ id }) => id === pipelineId)
    ?.statuses.map(({ id }) => id) ?? [];
const sim = async (path: string, body: object = {}) =>
  fetch(`${client.amocrm.origin}/_sim/${path}`, { method: "POST", body: JSON.stringify(body) });

describe("a lead", () => {
  test("gets the first stage of the main pipeline and the token's user, if the call names nothing", async () => {
    const answer = await client.api("POST", "leads", [{ name: "A" }, { request_id: "b" }]);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      _embedded: { leads: [{ request_id: "0" }, { request_id: "b" }] },
    });
    const [id] = itemsOf(answer, "leads");
    expect((await client.api("GET", `leads/${id}`)).body).toMatchObject({
      id,
      name: "A",
      pipeline_id: mainPipelineId,
      status_id: stagesOf(mainPipelineId)[1],
      responsible_user_id: 8_000_001,
      closed_at: null,
      is_deleted: false,
    });
  });

  test("keeps all that the call gives, and shows contacts only on request", async () => {
    const contactId = await addContact();
    const second = await addContact("Bob");
    const [, , stage] = stagesOf(secondPipelineId);

    const id = await addLead({
      name: "From Telegram",
      price: 5,
      pipeline_id: secondPipelineId,
      status_id: stage,
      responsible_user_id: operator,
      tags_to_add: [{ name: "telegram" }],
      custom_fields_values: [{ field_code: "UTM_SOURCE", values: [{ value: "ig" }] }],
      _embedded: { contacts: [{ id: second }, { id: contactId, is_main: true }] },
    });

    const shown = (await client.api("GET", `leads/${id}?with=contacts,source`)).body;
    expect(shown["_embedded"]).toMatchObject({
      tags: [{ name: "telegram" }],
      contacts: [
        { id: second, is_main: false },
        { id: contactId, is_main: true },
      ],
      source: null,
    });
    expect((await client.api("GET", `leads/${id}`)).body["_embedded"]).not.toHaveProperty(
      "contacts",
    );
    expect(client.amocrm.leads()).toMatchObject([
      {
        id,
        name: "From Telegram",
        contactId,
        pipelineId: secondPipelineId,
        statusId: stage,
        responsibleUserId: operator,
        tags: ["telegram"],
        fields: { UTM_SOURCE: ["ig"] },
      },
    ]);
  });

  test("is named by its contact, until it is deleted", async () => {
    const contactId = await addContact();
    const id = await addLead({ _embedded: { contacts: [{ id: contactId }] } });
    const closed = await addLead({ status_id: lost, _embedded: { contacts: [{ id: contactId }] } });
    const named = await leadsOf(contactId);

    client.amocrm.deleteLead(id);

    expect(named).toEqual([id, closed]);
    expect(await leadsOf(contactId)).toEqual([closed]);
    expect((await client.api("GET", `contacts/${contactId}`)).body["_embedded"]).not.toHaveProperty(
      "leads",
    );
    expect((await client.api("GET", `leads/${id}`)).status).toBe(204);
    expect((await client.api("GET", `leads/${id}?with=only_deleted`)).body).toEqual({
      id,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      updated_by: 0,
      is_deleted: true,
    });
  });

  test("is changed by its number, alone or with others, and moves with its pipeline and stage", async () => {
    const [one, two] = [await addLead({ name: "1" }), await addLead({ name: "2" })];
    const [, stage] = stagesOf(secondPipelineId);

    const alone = await client.api("PATCH", `leads/${one}`, {
      pipeline_id: secondPipelineId,
      status_id: stage,
      tags_to_add: [{ name: "a" }, { name: "b" }],
    });
    const both = await client.api("PATCH", "leads", [
      { id: one, tags_to_delete: [{ name: "a" }] },
      { id: two, status_id: won, price: 9 },
    ]);

    expect(alone).toMatchObject({ status: 200, body: { id: one, updated_at: expect.any(Number) } });
    expect(itemsOf(both, "leads")).toEqual([one, two]);
    expect(client.amocrm.leads()).toMatchObject([
      { name: "1", pipelineId: secondPipelineId, statusId: stage, tags: ["b"], closedAt: null },
      { name: "2", statusId: won, price: 9, closedAt: expect.any(Number) },
    ]);
    await client.api("PATCH", `leads/${one}`, { _embedded: { tags: null } });
    expect(client.amocrm.leads()[0]?.tags).toEqual([]);
  });

  test("is listed in pages and in order, and an empty page is a 204", async () => {
    const ids = [await addLead({ name: "1" }), await addLead({ name: "2" }), await addLead()];

    const first = await client.api("GET", "leads?limit=2&order[id]=desc");
    const second = await client.api("GET", "leads?limit=2&order[id]=desc&page=2");

    expect(itemsOf(first, "leads")).toEqual([ids[2], ids[1]]);
    expect(first.body["_links"]).toHaveProperty("next");
    expect(itemsOf(second, "leads")).toEqual([ids[0]]);
    expect(second.body["_links"]).not.toHaveProperty("next");
    expect((await client.api("GET", "leads?page=9")).status).toBe(204);
    expect((await client.api("GET", "leads?limit=251")).status).toBe(422);
    expect((await client.api("GET", "leads?filter[id][]=1")).status).toBe(402);
  });

  test("is not seen by reads that lag, although a change of it works", async () => {
    let now = 1_700_000_000_000;
    const lagging = await Client.start({ readsLagMillis: 5000, now: () => now });
    try {
      const made = await lagging.api("POST", "contacts", [{ name: "Ann" }]);
      const [contactId] = itemsOf(made, "contacts");
      const lead = { _embedded: { contacts: [{ id: contactId }] } };
      const [id] = itemsOf(await lagging.api("POST", "leads", [lead]), "leads");
      const seen = async () => {
        const { status, body } = await lagging.api("GET", `leads/${id}`);
        const contact = await lagging.api("GET", `contacts/${contactId}?with=leads`);
        return [status, body["name"], itemsOf(contact, "leads").length];
      };

      const early = await seen();
      now += 5000;
      const late = await seen();
      await lagging.api("PATCH", `leads/${id}`, { name: "New" });
      const old = await seen();
      now += 5000;

      expect([early, late, old, await seen()]).toEqual([
        [204, undefined, 0],
        [200, "", 1],
        [200, "", 1],
        [200, "New", 1],
      ]);
    } finally {
      await lagging.amocrm.close();
    }
  });
});

describe("pipelines", () => {
  test("have their stages, unsorted by its type, and 142 and 143", async () => {
    const { body } = await client.api("GET", "leads/pipelines");

    expect(body).toMatchObject({
      _total_items: 2,
      _embedded: {
        pipelines: [
          {
            id: mainPipelineId,
            is_main: true,
            is_archive: false,
            is_unsorted_on: true,
            _embedded: {
              statuses: [
                { type: 1, is_editable: false, pipeline_id: mainPipelineId },
                { type: 0, is_editable: true },
                { type: 0 },
                { id: won },
                { id: lost },
              ],
            },
          },
          { id: secondPipelineId, is_main: false },
        ],
      },
    });
    const statuses = await client.api("GET", `leads/pipelines/${secondPipelineId}/statuses`);
    expect(itemsOf(statuses, "statuses")).toEqual(stagesOf(secondPipelineId));
  });

  test("a deleted stage gives its leads to the first stage; only a pipeline without leads is deleted", async () => {
    const [, first, second = 0] = stagesOf(secondPipelineId);
    const id = await addLead({ pipeline_id: secondPipelineId, status_id: second });
    const remove = async () => (await sim(`pipelines/${secondPipelineId}/delete`)).status;

    await sim(`statuses/${second}/delete`);
    const refused = await remove();
    const stage = client.amocrm.leads()[0]?.statusId;
    await sim(`leads/${id}/delete`);

    expect([stage, refused, await remove()]).toEqual([first, 400, 200]);
    expect((await client.api("GET", `leads/pipelines/${secondPipelineId}`)).status).toBe(404);
    const answer = await client.api("POST", "leads", [{ pipeline_id: secondPipelineId }]);
    expect(answer.body["validation-errors"]).toMatchObject([
      { request_id: "0", errors: [{ code: "NotSupportedChoice", path: "pipeline_id" }] },
    ]);
  });

  test("take no leads from the archive", async () => {
    await sim(`pipelines/${secondPipelineId}/archive`);

    const answer = await client.api("POST", "leads", [{ pipeline_id: secondPipelineId }]);

    expect(answer.status).toBe(400);
    expect((await client.api("GET", `leads/pipelines/${secondPipelineId}`)).body).toMatchObject({
      is_archive: true,
    });
  });
});

describe("a message in a chat", () => {
  const writes = (number: number, more: object = {}) =>
    client.call("POST", "", aNewMessage({ msgid: `tg-1-7-${number}`, ...more }));
  const linked = async () => {
    const user = { id: "tg-7", name: "Ann" };
    const chat = await client.call("POST", "chats", { conversation_id: "tg-1-7", user });
    const contactId = await addContact();
    const link = { contact_id: contactId, chat_id: chat.body["id"] };
    await client.api("POST", "contacts/chats", [link]);
    return contactId;
  };

  test("of a contact without an open lead makes an unsorted lead, where the account does so", async () => {
    await sim("account", { unsortedForLinked: false });
    const contactId = await linked();
    await writes(1);
    const before = client.amocrm.leads().length;
    await sim("account", { unsortedForLinked: true });

    await writes(2, { silent: true });
    await writes(3);
    await writes(4);

    expect(before).toBe(0);
    expect(client.amocrm.leads()).toMatchObject([
      { category: "chats", contactId, name: "", responsibleUserId: 0 },
    ]);
    const [id = 0] = (await leadsOf(contactId)) ?? [];
    client.amocrm.closeLead(id, "lost");
    await writes(5);
    expect(client.amocrm.leads()).toMatchObject([{ category: undefined }, { category: "chats" }]);
  });

  test("makes no lead where the contact has an open one or unsorted leads are off", async () => {
    const contactId = await linked();
    await sim("account", { unsortedForLinked: true });
    const { id } = client.amocrm.addLead({ contactId });
    await writes(1);
    const withOpenLead = client.amocrm.leads().length;
    client.amocrm.deleteLead(id);
    await sim("account", { unsortedOn: false });

    await writes(2);
    await writes(3, { conversation_id: "tg-1-8", sender: { id: "tg-8", name: "Bob" } });

    expect([withOpenLead, client.amocrm.leads().length]).toEqual([1, 1]);
    expect(client.amocrm.contacts()).toHaveLength(1);
    expect((await client.api("GET", "account")).body["is_unsorted_on"]).toBe(false);
  });

  test("of a stranger makes an unsorted lead that can be read, listed and accepted", async () => {
    await writes(1);
    const [{ id, contactId } = { id: 0, contactId: 0 }] = client.amocrm.leads();

    const { body } = await client.api("GET", "leads/unsorted?filter[category][]=chats");
    const hidden = (await client.api("GET", "leads")).status;
    await sim(`leads/${id}/accept`, { userId: operator });

    expect(body).toMatchObject({
      _embedded: {
        unsorted: [
          {
            category: "chats",
            metadata: { origin: { chat_id: expect.any(String) }, last_message_text: "Hello" },
            _embedded: { leads: [{ id }], contacts: [{ id: contactId }] },
          },
        ],
      },
    });
    expect(hidden).toBe(204);
    expect(client.amocrm.leads()).toMatchObject([
      { id, category: undefined, responsibleUserId: operator },
    ]);
    expect((await client.api("GET", "contacts?query=Ann")).status).toBe(200);
    expect((await client.api("GET", "leads/unsorted")).status).toBe(204);
  });

  test("gives the talk and its events the lead as their entity, while there is one", async () => {
    await writes(1);
    const [{ id, contactId } = { id: 0, contactId: 0 }] = client.amocrm.leads();
    const query = `events?filter[entity][]=contact&filter[entity_id][]=${contactId}&filter[type][]=incoming_chat_message`;
    type Event = { entity_id: number; value_after: { message: { talk_id: number } }[] };
    const event = async () =>
      ((await client.api("GET", query)).body["_embedded"] as { events: Event[] }).events[0];
    const talkId = (await event())?.value_after[0]?.message.talk_id;
    const talk = async () => (await client.api("GET", `talks/${talkId}`)).body;

    expect([await event(), await talk()]).toMatchObject([
      {
        entity_id: id,
        entity_type: "lead",
        _embedded: { entity: { linked_talk_contact_id: contactId } },
      },
      { entity_id: id, entity_type: "lead" },
    ]);
    client.amocrm.deleteLead(id);
    expect([await event(), await talk()]).toMatchObject([
      { entity_id: contactId, entity_type: "contact" },
      { entity_id: null, entity_type: null },
    ]);
  });
});

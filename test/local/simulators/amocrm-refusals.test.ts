import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { lost, mainPipelineId, secondPipelineId } from "../../../local/simulators/amocrm/crm.ts";
import { Client } from "./support/amocrm-client.ts";

/** The number of an account's first contact and lead, and one that does not exist. */
const [contactId, leadId, none] = [1002, 1003, 5];

let client: Client;
beforeEach(async () => {
  client = await Client.start();
  await client.api("POST", "contacts", [{ name: "Ann" }]);
  await client.api("POST", "leads", [{ name: "Deal", _embedded: { contacts: [{ id: 1002 }] } }]);
});
afterEach(() => client.amocrm.close());

const [unsorted, first, second] = [31_000_011, 31_000_012, 31_000_013];
const field = (fields: object, value: object) => ({
  custom_fields_values: [{ ...fields, values: [value] }],
});
const utm = { field_code: "UTM_SOURCE" };
const note = (params: object, more: object = {}) => ({ note_type: "common", params, ...more });
const task = (more: object) => ({ text: "Call", complete_till: 1_700_000_000, ...more });

describe("the vendor refuses", () => {
  test.each([
    // Leads
    ["POST leads", { pipeline_id: none }, "NotSupportedChoice pipeline_id"],
    ["POST leads", { status_id: none }, "NotSupportedChoice status_id"],
    ["POST leads", { status_id: unsorted }, "NotSupportedChoice status_id"],
    [
      "POST leads",
      { pipeline_id: secondPipelineId, status_id: second },
      "NotSupportedChoice status_id",
    ],
    ["POST leads", { responsible_user_id: none }, "NotSupportedChoice responsible_user_id"],
    ["POST leads", { responsible_user_id: 8_000_004 }, "NotSupportedChoice responsible_user_id"],
    ["POST leads", { responsible_user_id: 8_000_005 }, "NotSupportedChoice responsible_user_id"],
    ["POST leads", { price: "5" }, "InvalidType price"],
    ["POST leads", { is_deleted: false }, "FieldNotExpected is_deleted"],
    ["POST leads", { tags_to_add: [{ id: none }] }, "NotSupportedChoice tags_to_add.0.id"],
    [
      "POST leads",
      { _embedded: { contacts: [{ id: none }] } },
      "NotSupportedChoice _embedded.contacts.0.id",
    ],
    [
      "POST leads",
      { _embedded: { source: { external_id: "other", type: "widget" } } },
      "NotSupportedChoice _embedded.source.external_id",
    ],
    ["POST leads", { _embedded: { metadata: {} } }, "FieldNotExpected _embedded.metadata"],
    [`PATCH leads/${leadId}`, { source_id: 1 }, "FieldNotExpected source_id"],
    [
      `PATCH leads/${leadId}`,
      { _embedded: { contacts: [{ id: contactId }] } },
      "FieldNotExpected _embedded.contacts",
    ],
    [`PATCH leads/${none}`, { name: "A" }, "NotSupportedChoice id"],
    ["PATCH leads", { id: none, name: "A" }, "NotSupportedChoice id"],
    // Values of fields
    [
      "POST leads",
      field({ field_id: none }, { value: "a" }),
      "NotSupportedChoice custom_fields_values.0.field_id",
    ],
    [
      "POST leads",
      field({ field_code: "UTM" }, { value: "a" }),
      "NotSupportedChoice custom_fields_values.0.field_code",
    ],
    [
      "POST leads",
      field({ field_code: "PHONE" }, { value: "+79150000000", enum_code: "MOB" }),
      "NotSupportedChoice custom_fields_values.0.field_code",
    ],
    [
      "POST contacts",
      field(utm, { value: "a" }),
      "NotSupportedChoice custom_fields_values.0.field_code",
    ],
    [
      "POST leads",
      field({}, { value: "a" }),
      expect.stringMatching(/^[0-9a-f-]{36} custom_fields_values\.0$/),
    ],
    ["POST leads", field(utm, { value: 5 }), "InvalidType custom_fields_values.0.values.0.value"],
    [
      "POST leads",
      field(utm, { value: "a", enum_code: "WORK" }),
      "FieldNotExpected custom_fields_values.0.values.0.enum_code",
    ],
    [
      "POST leads",
      field({ ...utm, field_name: "utm_source" }, { value: "a" }),
      "FieldNotExpected custom_fields_values.0.field_name",
    ],
    [
      "POST contacts",
      field({ field_code: "PHONE" }, { value: "+7", enum_id: 9001, enum_code: "WORK" }),
      "FieldNotExpected custom_fields_values.0.values.0.enum_code",
    ],
    [
      "POST contacts",
      field({ field_code: "PHONE" }, { value: "+7", enum: 9001 }),
      "FieldNotExpected custom_fields_values.0.values.0.enum",
    ],
    [
      "POST contacts",
      field({ field_code: "PHONE" }, { value: "+7", enum_code: "TELEGRAM" }),
      "NotSupportedChoice custom_fields_values.0.values.0.enum_code",
    ],
    // Contacts
    ["POST contacts", { responsible_user_id: none }, "NotSupportedChoice responsible_user_id"],
    ["POST contacts", { is_deleted: false }, "FieldNotExpected is_deleted"],
    [`PATCH contacts/${none}`, { name: "A" }, "NotSupportedChoice id"],
    // Fields
    ["POST contacts/custom_fields", { name: "A" }, "NotSupportedChoice type"],
    ["POST contacts/custom_fields", { name: "A", type: "multitext" }, "NotSupportedChoice type"],
    [
      "POST contacts/custom_fields",
      { name: "A", type: "tracking_data" },
      "NotSupportedChoice type",
    ],
    ["POST contacts/custom_fields", { type: "text" }, "FieldMissing name"],
    [
      "POST leads/custom_fields",
      { name: "A", type: "text", code: "UTM_SOURCE" },
      "NotSupportedChoice code",
    ],
    ["POST leads/custom_fields", { name: "A", type: "select" }, "NotSupportedChoice enums"],
    // Notes
    ["POST leads/notes", note({ text: "a" }), "NotSupportedChoice entity_id"],
    [
      "POST leads/notes",
      note({ text: "a" }, { entity_id: contactId }),
      "NotSupportedChoice entity_id",
    ],
    [
      `POST leads/${leadId}/notes`,
      note({ text: "a" }, { entity_id: leadId }),
      "FieldNotExpected entity_id",
    ],
    [`POST leads/${none}/notes`, note({ text: "a" }), "NotSupportedChoice entity_id"],
    [
      `POST leads/${leadId}/notes`,
      note({ text: "a", service: "b" }),
      "FieldNotExpected params.service",
    ],
    [
      `POST leads/${leadId}/notes`,
      { note_type: "service_message", params: { text: "a" } },
      "FieldMissing params.service",
    ],
    [`POST leads/${leadId}/notes`, { note_type: "x", params: {} }, "NotSupportedChoice note_type"],
    [
      `POST leads/${leadId}/notes`,
      note({ text: "a" }, { created_by: none }),
      "NotSupportedChoice created_by",
    ],
    // Tasks
    ["POST tasks", { complete_till: 1_700_000_000 }, "FieldMissing text"],
    ["POST tasks", { text: "Call" }, "FieldMissing complete_till"],
    ["POST tasks", task({ entity_id: leadId }), "NotSupportedChoice entity_type"],
    [
      "POST tasks",
      task({ entity_id: leadId, entity_type: "contacts" }),
      "NotSupportedChoice entity_id",
    ],
    ["POST tasks", task({ task_type_id: 3 }), "NotSupportedChoice task_type_id"],
    ["POST tasks", task({ responsible_user_id: none }), "NotSupportedChoice responsible_user_id"],
    [`PATCH tasks/${none}`, { is_completed: true }, "NotSupportedChoice id"],
    // Sources and tags
    ["POST sources", { external_id: "a" }, "FieldMissing name"],
    ["POST sources", { name: "A", external_id: "a".repeat(37) }, "InvalidType external_id"],
    ["POST sources", { name: "A", external_id: "бот" }, "InvalidType external_id"],
    ["POST sources", { name: "A", pipeline_id: none }, "NotSupportedChoice pipeline_id"],
    [`PATCH sources/${none}`, { name: "A" }, "NotSupportedChoice id"],
    ["DELETE sources", { id: none }, "EntityNotFound id"],
    ["POST contacts/tags", { name: "a", color: "D5D8DB" }, "FieldNotExpected color"],
    // Pipelines
    [
      `PATCH leads/pipelines/${mainPipelineId}`,
      { is_unsorted_on: 0 },
      "InvalidType is_unsorted_on",
    ],
  ])("%s %j", async (call, entity, expected) => {
    const [method = "", path = ""] = call.split(" ");
    const isOne = method === "PATCH" && /\d$/.test(path);

    const answer = await client.api(method, path, isOne ? entity : [entity]);

    const [refused] = answer.body["validation-errors"] as {
      request_id: string;
      errors: { code: string; path: string }[];
    }[];
    expect(answer).toMatchObject({ status: 400, body: { title: "Bad Request", status: 400 } });
    expect(refused?.request_id).toBe("0");
    expect(refused?.errors.map((error) => `${error.code} ${error.path}`)).toEqual([expected]);
  });

  test("a whole request for one wrong field, and names every wrong field of every entity", async () => {
    const answer = await client.api("POST", "leads", [
      { name: "right", request_id: "a" },
      { request_id: "b", pipeline_id: none, ...field(utm, { value: 5 }) },
      { request_id: "c", name: 5 },
    ]);

    const refused = answer.body["validation-errors"] as { request_id: string; errors: object[] }[];
    expect(refused.map(({ request_id: id, errors }) => [id, errors.length])).toEqual([
      ["b", 2],
      ["c", 1],
    ]);
    expect(client.amocrm.leads()).toHaveLength(1);
  });

  test.each([
    ["GET users"],
    ["GET users/8000001"],
    ["POST contacts/custom_fields"],
    ["PATCH leads/pipelines/3100001"],
    ["GET sources"],
    ["POST sources"],
    ["POST contacts/chats"],
    ["GET contacts/chats"],
  ])("%s to the token of a user who is not an administrator", async (call) => {
    client.amocrm.setSwitches({ tokenRights: "user" });
    const [method = "", path = ""] = call.split(" ");

    expect((await client.api(method, path, method === "GET" ? undefined : [])).status).toBe(403);
    expect((await client.api("POST", "leads", [{}])).status).toBe(200);
    expect(client.amocrm.leads().at(-1)?.responsibleUserId).toBe(8_000_002);
  });

  test("users and sources to an external integration, and a source on its leads", async () => {
    await client.api("POST", "sources", [{ name: "A", external_id: "a" }]);
    const source = { external_id: "a", type: "widget" };
    const before = await client.api("POST", "leads", [{ _embedded: { source } }]);
    client.amocrm.setSwitches({ integration: "external" });

    const statuses = await Promise.all(
      ["users", "users/8000001", "sources"].map(
        async (path) => (await client.api("GET", path)).status,
      ),
    );
    const after = await client.api("POST", "leads", [{ _embedded: { source } }]);

    expect([before.status, ...statuses, after.status]).toEqual([200, 403, 403, 403, 400]);
  });

  test("a field with a code, where the account does so", async () => {
    const add = async () =>
      client.api("POST", "contacts/custom_fields", [{ name: "A", type: "text", code: "TG" }]);
    client.amocrm.setSwitches({ refusesFieldCode: true });
    const refused = await add();
    client.amocrm.setSwitches({ refusesFieldCode: false });

    expect([refused.status, (await add()).status]).toEqual([400, 201]);
  });

  test("a change of a deleted lead", async () => {
    client.amocrm.closeLead(leadId, "lost");
    const closed = await client.api("PATCH", `leads/${leadId}`, { status_id: first });
    client.amocrm.deleteLead(leadId);
    const deleted = await client.api("PATCH", `leads/${leadId}`, { status_id: lost });

    expect([closed.status, deleted.status]).toEqual([200, 400]);
  });
});

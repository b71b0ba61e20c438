import { afterEach, describe, expect, test } from "@jest/globals";
import { mainApiContacts } from "../../../lambdas/amocrm/main-api/contacts.ts";
import { mainApiLeads } from "../../../lambdas/amocrm/main-api/leads.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const aClient = async (answers: readonly [VendorAnswer, ...VendorAnswer[]], fields = {}) => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  let nowMillis = 1_700_000_000_000;
  const options = { origin, token: aFakeSecret({ token: "ey.J" }), now: () => nowMillis };
  return {
    leads: mainApiLeads(options),
    contacts: mainApiContacts({ ...options, fields }),
    bodies: () => requests.map(({ body }) => JSON.parse(String(body)) as unknown),
    requests,
    advance: (millis: number) => (nowMillis += millis),
  };
};
const made = { body: { _embedded: { leads: [{ id: 501, request_id: "0" }] } } };
const refusal = (...paths: readonly string[]): VendorAnswer => ({
  status: 400,
  body: {
    "validation-errors": [
      {
        request_id: "0",
        errors: paths.map((path) => ({ code: "NotSupportedChoice", path, detail: "no" })),
      },
    ],
    title: "Bad Request",
    status: 400,
  },
});
const wanted = {
  name: "Telegram: Anna",
  contactId: 9001,
  pipelineId: 7,
  statusId: 70,
  responsibleUserId: 5,
  tags: ["telegram"],
  sourceId: "instagram",
  fields: { UTM_SOURCE: "instagram", UTM_MEDIUM: "telegram" },
};
const plain = {
  name: "Telegram: Anna",
  _embedded: { contacts: [{ id: 9001, is_main: true }] },
};

const once = async () => undefined;

describe("a new lead", () => {
  test("has the plan's pipeline, stage, user, tags, source and fields, and its contact as the main one", async () => {
    const { leads, bodies } = await aClient([made]);

    expect(await leads.create(wanted, once)).toEqual({ leadId: 501, refused: [] });
    expect(bodies()).toEqual([
      [
        {
          name: "Telegram: Anna",
          pipeline_id: 7,
          status_id: 70,
          responsible_user_id: 5,
          tags_to_add: [{ name: "telegram" }],
          custom_fields_values: [
            { field_code: "UTM_SOURCE", values: [{ value: "instagram" }] },
            { field_code: "UTM_MEDIUM", values: [{ value: "telegram" }] },
          ],
          _embedded: {
            contacts: [{ id: 9001, is_main: true }],
            source: { external_id: "instagram", type: "widget" },
          },
        },
      ],
    ]);
  });

  test.each([
    { path: "pipeline_id", refused: ["pipeline"], missing: ["pipeline_id", "status_id"] },
    { path: "status_id", refused: ["pipeline"], missing: ["pipeline_id", "status_id"] },
    {
      path: "responsible_user_id",
      refused: ["responsible"],
      missing: ["responsible_user_id"],
    },
    { path: "tags_to_add.0.name", refused: ["tags"], missing: ["tags_to_add"] },
    { path: "_embedded.source.external_id", refused: ["source"], missing: [] },
    { path: "custom_fields_values.1.field_code", refused: ["field UTM_MEDIUM"], missing: [] },
    { path: "custom_fields_values.UTM_SOURCE", refused: ["field UTM_SOURCE"], missing: [] },
  ])("is made without the part that amoCRM refuses at $path", async (row) => {
    const { leads, bodies } = await aClient([refusal(row.path), made]);

    expect(await leads.create(wanted, once)).toEqual({ leadId: 501, refused: row.refused });
    const [[before], [after]] = bodies() as [[object], [object]];
    expect(Object.keys(after)).toEqual(
      Object.keys(before).filter((key) => !row.missing.includes(key)),
    );
  });

  test("is made without its second field after the first one was refused", async () => {
    const { leads, bodies } = await aClient([
      refusal("custom_fields_values.0.field_code"),
      refusal("custom_fields_values.0.field_code"),
      made,
    ]);

    const { refused } = await leads.create({ ...plainLead, fields: wanted.fields }, once);

    expect(refused).toEqual(["field UTM_SOURCE", "field UTM_MEDIUM"]);
    expect(bodies().at(-1)).toEqual([plain]);
  });

  test("is made with nothing but name and contact when amoCRM refuses without a path", async () => {
    const { leads, bodies } = await aClient([{ status: 400, body: { detail: "244" } }, made]);

    expect((await leads.create(wanted, once)).leadId).toBe(501);
    expect(bodies().at(-1)).toEqual([plain]);
  });

  test("is refused when amoCRM refuses that too", async () => {
    const { leads, requests } = await aClient([{ status: 400, body: { detail: "244" } }]);

    await expect(leads.create(wanted, once)).rejects.toMatchObject({ reason: "refused-by-amocrm" });
    expect(requests).toHaveLength(2);
  });

  const plainLead = { name: "Telegram: Anna", contactId: 9001, tags: [] };
});

describe("a contact's leads", () => {
  test("come with the newest first", async () => {
    const { leads, requests } = await aClient([
      { body: { name: "Anna", _embedded: { leads: [{ id: 3 }, { id: 12 }, { id: 7 }] } } },
    ]);

    expect(await leads.contact(9001)).toEqual({ name: "Anna", leadIds: [12, 7, 3] });
    expect(requests[0]?.path).toBe("/api/v4/contacts/9001?with=leads");
  });

  test("are unknown for a contact that is gone", async () => {
    const { leads } = await aClient([{ status: 204 }]);

    expect(await leads.contact(9001)).toBeUndefined();
  });

  test.each([
    { status_id: 58, is_deleted: false, isOpen: true },
    { status_id: 142, is_deleted: false, isOpen: false },
    { status_id: 143, is_deleted: false, isOpen: false },
    { status_id: 58, is_deleted: true, isOpen: false },
  ])("are open in stage $status_id, deleted $is_deleted: $isOpen", async ({ isOpen, ...body }) => {
    const { leads } = await aClient([{ body }]);

    expect(await leads.lead(501)).toEqual({ isOpen });
  });
});

describe("a customer's profile on the contact", () => {
  const profile = { userId: "42", username: "anna", languageCode: "pt-br", isFirst: true } as const;
  const changed = { body: { id: 9001 } };

  test("is written by the codes of bridge setup, and by the ids of the settings", async () => {
    const { contacts, bodies } = await aClient([changed], { link: 77 });

    expect(await contacts.writeProfile(9001, profile)).toBe(true);
    expect(bodies()).toEqual([
      {
        custom_fields_values: [
          { field_code: "TELEGRAM_ID", values: [{ value: "42" }] },
          { field_code: "TELEGRAM_USERNAME", values: [{ value: "@anna" }] },
          { field_id: 77, values: [{ value: "https://t.me/anna" }] },
          { field_code: "TELEGRAM_LANGUAGE", values: [{ value: "pt-br" }] },
          { field_code: "TELEGRAM_PREMIUM", values: [{ value: false }] },
        ],
      },
    ]);
  });

  test("shows that a user name was removed", async () => {
    const { contacts, bodies } = await aClient([changed]);

    await contacts.writeProfile(9001, { userId: "42", isFirst: false });

    expect(JSON.stringify(bodies())).toContain('"TELEGRAM_USERNAME","values":[{"value":"—"}]');
  });

  test("leaves out fields that the account does not have, for an hour", async () => {
    const missing = [0, 1, 2, 3, 4].map((index) => `custom_fields_values.${index}.field_code`);
    const { contacts, requests, advance } = await aClient([refusal(...missing), changed]);

    expect(await contacts.writeProfile(9001, profile)).toBe(false);
    expect(await contacts.writeProfile(9002, profile)).toBe(false);
    expect(requests).toHaveLength(1);
    advance(3_600_001);
    expect(await contacts.writeProfile(9001, profile)).toBe(true);
  });
});

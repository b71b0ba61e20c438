import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openMainApi } from "../../../../cli/amocrm/main-api.ts";
import { checkLive, linesOfLiveCheck, liveQuestions } from "../../../../cli/doctor/live-check.ts";
import type { Answer } from "../../../../lambdas/http/call.ts";
import { mainPipelineId, secondPipelineId } from "../../../../local/simulators/amocrm/crm.ts";
import type { SwitchChanges } from "../../../../local/simulators/amocrm/switches.ts";
import { Client } from "../../../local/simulators/support/amocrm-client.ts";
import { aStage, failureOf, FakeSecrets } from "../support.ts";

let client: Client;
beforeEach(async () => {
  client = await Client.start();
});
afterEach(() => client.amocrm.close());

const check = (token = "token") =>
  checkLive(
    aStage({ amocrmOrigin: client.amocrm.origin }),
    new FakeSecrets({ "amocrm-api": { token } }),
    () => undefined,
  );
const found = async () =>
  Object.fromEntries((await check()).answers.map(({ id, found: text }) => [id, text]));

/** A stranger's message, which makes an incoming lead. */
const strangerWrites = (conversationId: string) => {
  const sender = { id: `customer-${conversationId}`, name: "Canary Customer" };
  const payload = {
    timestamp: 1_700_000_000,
    msec_timestamp: 1_700_000_000_000,
    msgid: `m-${conversationId}`,
    conversation_id: conversationId,
    sender,
    message: { type: "text", text: "canary words" },
    silent: false,
  };
  return client.call("POST", "", { event_type: "new_message", payload });
};

test("an account without leads is not known to have the filter, and a contact's incoming lead", async () => {
  expect(await found()).toMatchObject({
    "incoming-leads": `"Неразобранное" is on in the account; pipelines with it: ${mainPipelineId} (main), ${secondPipelineId}; without it: none`,
    "leads-filter": "not known: it needs an account with at least two leads",
    "leads-of-contact": "not known: the account has no incoming lead of a chat at the moment",
    "tracking-fields": "yes, all",
    rights: "users 200, sources 204 (200: yes, 204: yes, and there are none, 403: no)",
  });
});

test.each<{ switches: SwitchChanges; says: Readonly<Record<string, string>> }>([
  {
    switches: { unsortedOn: false },
    says: { "incoming-leads": '"Неразобранное" is off in the account' },
  },
  { switches: { tokenRights: "user" }, says: { rights: "users 403, sources 403" } },
])("says what the account has: $switches", async ({ switches, says }) => {
  client.amocrm.setSwitches(switches);

  const answers = await found();
  for (const [id, text] of Object.entries(says)) expect(answers[id]).toContain(text);
});

test("finds the codes of the fields, and how long a page is", async () => {
  const fields = Array.from({ length: 49 }, (_, index) => ({ name: `F${index}`, type: "text" }));
  const coded = { name: "Telegram ID", type: "text", code: "TELEGRAM_ID" };
  await client.api("POST", "contacts/custom_fields", [...fields, coded]);

  expect((await found())["contact-fields"]).toBe(
    "1 of 5 have their codes; a page of 250 has 50 of 53 fields; the account has no field IM",
  );
});

/** A list of leads as amoCRM answers it. */
const leads = (...ids: readonly number[]): Answer => ({
  status: 200,
  headers: new Headers(),
  text: JSON.stringify({ _embedded: { leads: ids.map((id) => ({ id })) } }),
});
const refused = (status: number): Answer => ({ status, headers: new Headers(), text: "{}" });

test.each([
  { what: "the lead that was asked for", answer: leads(7), says: "amoCRM serves it" },
  { what: "the leads without the filter", answer: leads(5, 6), says: "amoCRM ignores it" },
  { what: "402", answer: refused(402), says: "amoCRM refuses it with 402" },
  { what: "400", answer: refused(400), says: "amoCRM refuses it with 400" },
])("a filter by ids that answers $what: $says", async ({ answer, says }) => {
  const question = liveQuestions.find(({ id }) => id === "leads-filter");
  const account = { is_unsorted_on: true, is_api_filter_enabled: false };
  const answers: Readonly<Record<string, Answer>> = {
    "leads?limit=2&order[id]=desc": leads(8, 7),
    "account?with=is_api_filter_enabled": { ...leads(), text: JSON.stringify(account) },
    "leads?limit=2&filter[id][]=7": answer,
  };
  const stage = aStage({ amocrmOrigin: client.amocrm.origin });
  const api = {
    ...openMainApi(stage, "token"),
    get: async (path: string) => answers[path] ?? refused(404),
  };

  expect(await question?.answer(api)).toBe(
    `${says}; the account says is_api_filter_enabled: false`,
  );
});

test("an account at Kommo has Kommo's words", async () => {
  const question = liveQuestions.find(({ id }) => id === "incoming-leads");
  const pipeline = { id: 7, is_main: true, is_archive: false, is_unsorted_on: false };
  const bodies: Readonly<Record<string, object>> = {
    "account?with=is_api_filter_enabled": { is_unsorted_on: true },
    "leads/pipelines?limit=50&page=1": {
      _embedded: { pipelines: [{ ...pipeline, _embedded: { statuses: [] } }] },
    },
  };
  const api = {
    ...openMainApi(aStage({ amocrmOrigin: "https://shop.kommo.com" }), "token"),
    get: async (path: string) => ({ ...leads(), text: JSON.stringify(bodies[path]) }),
  };

  expect(await question?.answer(api)).toBe(
    '"Incoming leads" is on in the account; pipelines with it: none; without it: 7 (main)',
  );
});

test("a contact's list with its incoming lead is found by reads", async () => {
  await strangerWrites("tg-1-1");

  expect((await found())["leads-of-contact"]).toBe("yes");
});

test.each([
  { status: 200, body: { _embedded: { talks: [] } }, says: "yes (200)" },
  { status: 204, body: undefined, says: "yes (204)" },
  { status: 404, body: {}, says: "no (404)" },
])("a request for talks that answers $status is reported", async ({ status, body, says }) => {
  client.amocrm.faults.add({ match: "GET /api/v4/talks", status, body });

  expect((await found())["talks-list"]).toBe(says);
});

test("a failed read is one answer, and the others follow", async () => {
  client.amocrm.faults.add({ match: "GET /api/v4/leads/pipelines", status: 500 });

  const answers = await found();

  expect(answers["incoming-leads"]).toMatch(/^not known: amoCRM answered the request for pipel/);
  expect(answers["tracking-fields"]).toBe("yes, all");
});

test("only reads, and prints nothing that a person wrote", async () => {
  await strangerWrites("tg-1-1");
  client.amocrm.addLead({ name: "canary lead" });
  client.amocrm.addLead({ name: "canary lead" });
  const before = client.amocrm.calls().length;

  const report = await check();

  const calls = client.amocrm.calls().slice(before);
  expect(calls.length).toBeGreaterThan(8);
  expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
  const text = linesOfLiveCheck(report).join("\n");
  expect(text).not.toMatch(/canary/i);
  expect(text).toContain("How many seconds do reads lag behind writes?");
});

test.each([
  { token: "", says: "there is no token for the main API: set one with npx bridge secret set" },
  { token: "hunter2", says: "does not accept the API token (401)" },
])("with the token '$token' fails with a sentence", async ({ token, says }) => {
  const failure = await failureOf(check(token));

  expect(failure).toContain(says);
  expect(failure).not.toContain("hunter2");
});

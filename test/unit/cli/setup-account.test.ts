import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { settleAccount } from "../../../cli/setup/account.ts";
import type { Setup } from "../../../cli/setup/step.ts";
import type { CrmSettings } from "../../../cli/stage/stage.ts";
import { secondPipelineId } from "../../../local/simulators/amocrm/crm.ts";
import { startAmocrmSimulator } from "../../../local/simulators/amocrm/server.ts";
import type { AmocrmSimulator } from "../../../local/simulators/amocrm/server.ts";
import { aStage, crmOf, FakeSecrets } from "./support.ts";

const apiToken = "hunter2-token";
let amocrm: AmocrmSimulator;
beforeEach(async () => {
  amocrm = await startAmocrmSimulator({
    accountId: "52e591f7-c98f-4255-8495-827210138c81",
    channelId: "344a5002-f8ca-454d-af3d-396180102ac7",
    channelSecret: "f2d7f8704eff95087ed45b23ba99c0b5aac8278e",
    bot: { id: "f1910c7f-b1e0-4184-bd09-c7def2a9109a", name: "Bot" },
    apiToken,
  });
});
afterEach(() => amocrm.close());

/** Runs the step, and returns its lines. */
const settle = async (crm: CrmSettings = crmOf(), token = apiToken): Promise<string> => {
  const lines: string[] = [];
  const notUsed = async () => {
    throw new Error("not used");
  };
  const setup: Setup = {
    stage: aStage({ amocrmOrigin: amocrm.origin, crm }),
    secrets: new FakeSecrets({ "amocrm-api": { token } }),
    given: {
      botToken: undefined,
      apiToken: undefined,
      channelId: undefined,
      channelSecret: undefined,
      accountId: undefined,
      title: undefined,
      letterFile: undefined,
      language: undefined,
      takeOver: false,
    },
    asker: undefined,
    say: (line) => lines.push(line),
    waitingFor: () => undefined,
    now: Date.now,
    pause: notUsed,
    sleep: notUsed,
  };
  await settleAccount(setup);
  const said = lines.join("\n");
  expect(said).not.toContain("hunter2");
  return said;
};
const made = () =>
  amocrm
    .fields()
    .contacts.filter(({ isPredefined }) => !isPredefined)
    .map(({ id, name, type, code, isApiOnly }) => ({ id, name, type, code, isApiOnly }));
const posts = () => amocrm.calls().filter(({ method }) => method === "POST").length;

test("makes the five fields of contacts with their codes, in the operators' language", async () => {
  const said = await settle({ ...crmOf(), operatorLanguage: "ru" });

  expect(said).toBe("fields     made: telegramId, username, link, language, premium");
  const own = { id: expect.any(Number), isApiOnly: true };
  expect(made()).toEqual([
    { ...own, code: "TELEGRAM_ID", type: "text", name: "Telegram ID" },
    { ...own, code: "TELEGRAM_USERNAME", type: "text", name: "Имя пользователя Telegram" },
    { ...own, code: "TELEGRAM_LINK", type: "url", name: "Ссылка на Telegram" },
    { ...own, code: "TELEGRAM_LANGUAGE", type: "text", name: "Язык в Telegram" },
    { ...own, code: "TELEGRAM_PREMIUM", type: "checkbox", name: "Telegram Premium" },
  ]);
});

test("a second run makes nothing, also in an account with many pages of fields", async () => {
  const asked = Array.from({ length: 50 }, (_, index) => ({ name: `F${index}`, type: "text" }));
  await fetch(`${amocrm.origin}/api/v4/contacts/custom_fields`, {
    method: "POST",
    headers: { Authorization: `Bearer ${apiToken}` },
    body: JSON.stringify(asked),
  });
  await settle();
  const before = { fields: made(), posts: posts() };

  expect(await settle({ ...crmOf(), operatorLanguage: "es" })).toBe(
    "fields     the contacts have all 5",
  );
  expect({ fields: made(), posts: posts() }).toEqual(before);
  expect(before.fields).toHaveLength(55);
});

test("a field whose answer was lost is found by the next run", async () => {
  amocrm.faults.add({ match: "POST /api/v4/contacts/custom_fields", loseAnswer: true });

  const said = await settle();
  const again = await settle();

  expect(said).toContain("gave no answer");
  expect(said).toContain("to try again: npx bridge setup --stage dev --bridge main");
  expect(again).toBe("fields     made: username, link, language, premium");
  expect(made()).toHaveLength(5);
});

test("where amoCRM refuses codes, makes the fields without and prints the ids for infra/stages.ts", async () => {
  amocrm.setSwitches({ refusesFieldCode: true });

  const said = await settle();
  const again = await settle();
  const ids = Object.fromEntries(
    [...again.matchAll(/^ {4}(\w+): (\d+),$/gm)].map(([, field, id]) => [field, Number(id)]),
  );
  const deployed = await settle(crmOf({}, ids));

  expect(made().map(({ code }) => code)).toEqual([null, null, null, null, null]);
  expect(said).toContain("then npx cdk deploy dev/main\n  contactFields: {\n    telegramId: ");
  expect(Object.keys(ids)).toEqual(["telegramId", "username", "link", "language", "premium"]);
  expect(Object.values(ids)).toEqual(made().map(({ id }) => id));
  expect(deployed).toBe("fields     the contacts have all 5");
});

test("a field of the settings that is gone is made again, and its new id printed", async () => {
  await settle();
  const gone = 99;

  const said = await settle(crmOf({}, { link: gone }));

  expect(said).toContain(`    link: ${made()[2]?.id},`);
  expect(made()).toHaveLength(5);
});

test.each([
  {
    trouble: "a plain user's token",
    switches: { tokenRights: "user" },
    fields: "amoCRM lets only an administrator make fields of contacts (403): set an administrator",
    sources: "amoCRM forbids the request for sources (403)",
  },
  {
    trouble: "an external integration",
    switches: { integration: "external" },
    fields: "fields     made: ",
    sources: "a private integration with a widget archive (npx bridge setup --widget-archive DIR",
  },
] as const)("with $trouble says it, and goes on", async ({ switches, fields, sources }) => {
  amocrm.setSwitches(switches);

  const said = await settle(crmOf({ sources: ["instagram"] }));

  expect(said).toContain(fields);
  expect(said).toMatch(/^sources /m);
  expect(said).toContain(sources);
  expect(amocrm.sources()).toEqual([]);
});

test("a refused source is said, and the setup goes on", async () => {
  const said = await settle(crmOf({ sources: ["instagram"], pipelineId: 5 }));

  expect(said).toContain("amoCRM answered the request for new sources with 400");
});

test("makes the sources that are missing, in the pipeline of new leads", async () => {
  const first = await settle(crmOf({ sources: ["instagram"], pipelineId: secondPipelineId }));
  const second = await settle(
    crmOf({ sources: ["instagram", "ig_spring"], pipelineId: secondPipelineId }),
  );
  const third = await settle(crmOf({ sources: ["ig_spring"] }));

  expect(first).toContain("sources    made: instagram");
  expect(second).toContain("sources    made: ig_spring");
  expect(third).toContain("sources    1 exist");
  expect(amocrm.sources()).toMatchObject([
    { name: "instagram", externalId: "instagram", pipelineId: secondPipelineId },
    { name: "ig_spring", externalId: "ig_spring", pipelineId: secondPipelineId },
  ]);
});

test.each([
  { when: "without a token", crm: crmOf(), token: "" },
  {
    when: "where the bridge leaves new customers to amoCRM",
    crm: crmOf({ make: "leave-to-amocrm" }),
    token: apiToken,
  },
])("$when makes no call", async ({ crm, token }) => {
  expect(await settle(crm, token)).toBe("");
  expect(amocrm.calls()).toEqual([]);
});

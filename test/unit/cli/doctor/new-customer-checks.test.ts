import { expect, test } from "@jest/globals";
import { readCrm } from "../../../../cli/doctor/new-customer.ts";
import { inWordsFor } from "../../../../cli/doctor/report.ts";
import { vendorOf } from "../../../../cli/amocrm/vendor.ts";
import { judgeAll } from "../../../../cli/doctor/check.ts";
import { allChecks } from "../../../../cli/commands/doctor.ts";
import { operatorUserId, secondPipelineId } from "../../../../local/simulators/amocrm/crm.ts";
import { startAmocrmSimulator } from "../../../../local/simulators/amocrm/server.ts";
import { aStage, crmOf } from "../support.ts";
import {
  aSecret,
  healthy,
  judge,
  known,
  notKnown,
  settingsOf,
  textOf,
  theCrm,
  theSecrets,
} from "./facts.ts";
import type { Row } from "./facts.ts";

const pipelinesWith = (isOn: boolean) => {
  const { pipelines } = healthy.crm;
  if (!pipelines.known) throw new Error("no pipelines");
  return known(pipelines.value.map((each) => ({ ...each, is_unsorted_on: isOn })));
};
const withoutToken = theSecrets({
  "amocrm-api": known({ ...aSecret("token"), fields: { token: "missing" } as const }),
});
const mainFirst = "new leads go to the first stage of the main pipeline";
const deploy = "deploy: npx cdk deploy dev/main";
const setUp = "npx bridge setup --stage dev --bridge main";

const rows: readonly Row[] = [
  {
    id: "lead-pipeline",
    when: "the settings name none",
    facts: settingsOf({}),
    state: "ok",
    says: ["main pipeline"],
  },
  {
    id: "lead-pipeline",
    when: "the account has no such pipeline",
    facts: settingsOf({ pipelineId: 6 }),
    state: "fault",
    says: ["found: the account has no pipeline 6", mainFirst, "(such as 7, 8)", deploy],
  },
  {
    id: "lead-pipeline",
    when: "the pipeline is archived",
    facts: settingsOf({ pipelineId: 9, statusId: 91 }),
    state: "fault",
    says: ["pipeline 9 is in the archive", "(such as 7, 8)"],
  },
  {
    id: "lead-pipeline",
    when: "the stage was deleted",
    facts: settingsOf({ pipelineId: 7, statusId: 75 }),
    state: "fault",
    says: ["found: pipeline 7 has no stage 75 |", "newCustomer.statusId in", "(such as 71, 72)"],
  },
  {
    id: "lead-pipeline",
    when: "the stage belongs to another pipeline",
    facts: settingsOf({ pipelineId: 7, statusId: 81 }),
    state: "fault",
    says: ["pipeline 7 has no stage 81: it belongs to pipeline 8"],
  },
  {
    id: "lead-pipeline",
    when: "the stage is that of incoming leads",
    facts: settingsOf({ pipelineId: 7, statusId: 70 }),
    state: "fault",
    says: ['stage 70 is the stage "Неразобранное"', "(such as 71, 72)"],
  },
  ...[142, 143].map((statusId) => ({
    id: "lead-pipeline",
    when: `the stage is ${statusId}`,
    facts: {
      stage: {
        ...healthy.stage,
        crm: {
          ...healthy.stage.crm,
          newCustomer: { ...healthy.stage.crm.newCustomer, statusId },
        },
      },
    },
    state: "fault" as const,
    says: [`stage ${statusId} is for closed leads`],
  })),
  {
    id: "lead-pipeline",
    when: "only the pipeline is set",
    facts: settingsOf({ pipelineId: 8 }),
    state: "ok",
    says: ["pipeline 8, its first stage"],
  },
  {
    id: "lead-pipeline",
    when: "the bridge makes only contacts",
    facts: settingsOf({ make: "contact", pipelineId: 6 }),
    state: "not-applicable",
    says: ["makes no leads"],
  },
  {
    id: "lead-responsible",
    when: "users are gone, not active and free",
    facts: settingsOf({ responsible: ["1", "2", "3", "4"] }),
    state: "fault",
    says: [
      "found: 2 is not active, 3 is a free user, 4 is no user of the account",
      "chooses another responsible user",
      "(such as 1)",
    ],
  },
  {
    id: "lead-responsible",
    when: "the token may not read users",
    facts: theCrm({ users: notKnown }),
    state: "unknown",
    says: ["could not be seen"],
  },
  {
    id: "lead-responsible",
    when: "none is set",
    facts: { ...settingsOf({}), ...theCrm({ users: notKnown }) },
    state: "ok",
    says: ["amoCRM chooses"],
  },
  {
    id: "contact-fields",
    when: "setup has not made them",
    facts: theCrm({ fields: known([]) }),
    state: "warning",
    says: ["missing: telegramId, username, link, language, premium", setUp],
  },
  {
    id: "contact-fields",
    when: "the settings name an id that is gone",
    facts: settingsOf({}, { link: 77 }),
    state: "warning",
    says: ["missing: link (id 77 of contactFields)", setUp],
  },
  {
    id: "contact-fields",
    when: "the settings name the ids of fields without codes",
    facts: {
      ...settingsOf({}, { telegramId: 1, username: 2, link: 3, language: 4, premium: 5 }),
      ...theCrm({
        fields: known([1, 2, 3, 4, 5].map((id) => ({ id, name: "", type: "text", code: null }))),
      }),
    },
    state: "ok",
    says: ["all 5"],
  },
  {
    id: "lead-sources",
    when: "one was deleted",
    facts: settingsOf({ sources: ["instagram", "ig_spring"] }),
    state: "warning",
    says: ["expected 2 sources", "missing: ig_spring |", setUp],
  },
  {
    id: "lead-sources",
    when: "the token may not read sources",
    facts: theCrm({ sources: notKnown }),
    state: "unknown",
    says: ["could not be seen"],
  },
  ...(["contact", "leave-to-amocrm"] as const).flatMap((make): Row[] => [
    {
      id: "incoming-leads",
      when: `the bridge makes "${make}", and incoming leads are on`,
      facts: settingsOf({ make }),
      state: "ok",
      says: ['"Неразобранное" is on', make === "contact" ? "docs/going-live.md" : ""],
    },
    {
      id: "incoming-leads",
      when: `the bridge makes "${make}", and incoming leads are off`,
      facts: {
        ...settingsOf({ make }),
        ...theCrm({ isUnsortedOn: known(false), pipelines: pipelinesWith(false) }),
      },
      state: "warning",
      says: [`newCustomer.make is "${make}"`, "the account and its main pipeline 7", "no lead"],
    },
  ]),
  {
    id: "incoming-leads",
    when: "there is no token to read it with",
    facts: withoutToken,
    state: "unknown",
    says: ['check in the settings of the main pipeline that "Неразобранное" is on'],
  },
  ...["lead-pipeline", "lead-responsible", "contact-fields", "lead-sources"].flatMap(
    (id): Row[] => [
      {
        id,
        when: "there is no API token",
        facts: withoutToken,
        state: "not-applicable",
        says: ["no API token"],
      },
      {
        id,
        when: "the bridge leaves new customers to amoCRM",
        facts: settingsOf({ make: "leave-to-amocrm" }),
        state: "not-applicable",
        says: ["leaves new customers to amoCRM"],
      },
    ],
  ),
];

test.each(rows)("$id is $state when $when", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const text of says) expect(textOf(finding)).toContain(text);
});

test("for an account at Kommo names Kommo's words", () => {
  const stage = {
    ...healthy.stage,
    amocrmOrigin: "https://shop.kommo.com",
    crm: crmOf({ pipelineId: 7, statusId: 70 }),
  };
  const judged = inWordsFor(vendorOf(stage), judgeAll(allChecks, { ...healthy, stage }));
  const finding = judged.find(({ check }) => check.id === "lead-pipeline")?.finding;

  expect(JSON.stringify(finding)).toContain('stage \\"Incoming leads\\"');
  expect(JSON.stringify(finding)).toContain("Kommo refuses it");
});

test.each([
  { switches: {}, users: true, sources: true },
  { switches: { tokenRights: "user" }, users: false, sources: false },
  { switches: { integration: "external" }, users: false, sources: false },
] as const)(
  "with $switches reads users: $users, sources: $sources, and the rest",
  async ({ switches, users, sources }) => {
    await using closers = new AsyncDisposableStack();
    const amocrm = await startAmocrmSimulator({
      accountId: "52e591f7-c98f-4255-8495-827210138c81",
      channelId: "344a5002-f8ca-454d-af3d-396180102ac7",
      channelSecret: "f2d7f8704eff95087ed45b23ba99c0b5aac8278e",
      bot: { id: "f1910c7f-b1e0-4184-bd09-c7def2a9109a", name: "Bot" },
      apiToken: "hunter2",
    });
    closers.defer(amocrm.close);
    amocrm.setSwitches({ ...switches, unsortedOn: false });
    const responsible = [String(operatorUserId)];
    const crm = crmOf({ responsible, pipelineId: secondPipelineId, sources: ["instagram"] });
    const stage = aStage({ amocrmOrigin: amocrm.origin, crm });

    const facts = await readCrm(stage, known("hunter2"));
    const refused = await readCrm(stage, known("another"));

    expect(facts).toMatchObject({
      isUnsortedOn: { known: true, value: false },
      pipelines: { known: true },
      users: { known: users },
      fields: { known: true },
      sources: { known: sources },
    });
    const why = facts.users.known ? "" : facts.users.why;
    expect(users || why.includes("forbids the request for users (403)")).toBe(true);
    expect(Object.values(refused).map((fact) => fact.known)).not.toContain(true);
    expect(amocrm.calls().filter(({ method }) => method !== "GET")).toEqual([]);
    expect(JSON.stringify([facts, refused])).not.toContain("hunter2");
  },
);

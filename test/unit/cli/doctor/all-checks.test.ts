import { describe, expect, test } from "@jest/globals";
import { judgeAll } from "../../../../cli/doctor/check.ts";
import { allChecks } from "../../../../cli/commands/doctor.ts";
import type { Facts } from "../../../../cli/commands/doctor.ts";
import { countsOf, linesOf } from "../../../../cli/doctor/report.ts";
import { aStage } from "../support.ts";
import { aSecret, answered, healthy, known, notKnown, silent, theBot } from "./facts.ts";

const ids = allChecks.map(({ id }) => id);
const nothingKnown: Facts = {
  ...healthy,
  stage: { ...healthy.stage, protection: { stack: true, tables: undefined } },
  secrets: {
    "telegram-bot": notKnown,
    "telegram-webhook": notKnown,
    "amocrm-channel": notKnown,
    "amocrm-api": notKnown,
    "deep-link": notKnown,
  },
  channel: notKnown,
  apiTokenEndsAtMillis: notKnown,
  telegram: notKnown,
  chats: notKnown,
  account: notKnown,
  contactChats: notKnown,
  crm: {
    isUnsortedOn: notKnown,
    pipelines: notKnown,
    users: notKnown,
    fields: notKnown,
    sources: notKnown,
  },
  address: notKnown,
  media: notKnown,
  alarmTopics: notKnown,
  eventSources: notKnown,
  clocks: notKnown,
  queues: notKnown,
  failedAttempts: notKnown,
  setAside: notKnown,
  caretaker: notKnown,
  quota: notKnown,
  localVersion: notKnown,
};

test("every check has a unique name", () => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(15);
});

test.each(ids)("%s is ok for a healthy bridge", (id) => {
  const [judged] = judgeAll(
    allChecks.filter((check) => check.id === id),
    healthy,
  );

  expect(judged?.finding).toMatchObject({ state: "ok" });
});

test("unknown facts are not ok, and a fault only for a secret", () => {
  for (const { check, finding } of judgeAll(allChecks, nothingKnown)) {
    const isSecret = check.id.startsWith("secret-");
    expect({ id: check.id, state: finding.state }).toEqual({
      id: check.id,
      state: isSecret ? "fault" : "unknown",
    });
  }
});

describe("one problem is reported by one check, and dependent checks are unknown", () => {
  const faults = (differing: Partial<Facts>) =>
    judgeAll(allChecks, { ...healthy, ...differing })
      .filter(({ finding }) => finding.state === "fault" || finding.state === "warning")
      .map(({ check }) => check.id);
  const gone = { webhook: notKnown, commandDifferences: notKnown };

  test.each([
    { trouble: "dead Telegram", facts: theBot({ me: silent, ...gone }), id: "telegram-answers" },
    {
      trouble: "a revoked bot token",
      facts: theBot({ me: answered(401), ...gone }),
      id: "bot-token",
    },
    { trouble: "dead amoCRM chats", facts: { chats: known(silent) }, id: "amojo-answers" },
    { trouble: "a wrong secret", facts: { chats: known(answered(403)) }, id: "channel-secret" },
    { trouble: "no connection", facts: { chats: known(answered(404)) }, id: "channel-connected" },
    {
      trouble: "a revoked API token",
      facts: { account: known(answered(401)), contactChats: notKnown },
      id: "api-token",
    },
  ])("$trouble: $id", ({ facts, id }) => {
    expect(faults(facts)).toEqual([id]);
  });
});

test("a bridge without an API token has no fault", () => {
  const secrets = {
    ...healthy.secrets,
    "amocrm-api": known({ ...aSecret("token"), fields: { token: "missing" } as const }),
  };
  const judged = judgeAll(allChecks, {
    ...healthy,
    secrets,
    apiTokenEndsAtMillis: notKnown,
    account: notKnown,
    contactChats: notKnown,
  });

  const unseen = judged.filter(({ finding }) => finding.state === "unknown");
  expect(unseen.map(({ check }) => check.id)).toEqual(["incoming-leads"]);
  expect(countsOf(judged)).toMatchObject({ fault: 0, warning: 0, "not-applicable": 9 });
});

test("the table has every check in its group, and ends with the faults and their fixes", () => {
  const facts = {
    ...healthy,
    stage: aStage({ protection: { stack: true, tables: true }, crm: healthy.stage.crm }),
    ...theBot({ commandDifferences: known(["the commands differ"]) }),
    chats: known(answered(404)),
  };
  const lines = linesOf(judgeAll(allChecks, facts));

  for (const id of ids) expect(lines.filter((line) => line.includes(` ${id} `))).not.toEqual([]);
  expect(lines.at(-1)).toBe(`${ids.length - 4} ok, 1 warning, 1 fault, 2 unknown`);
  expect(lines.slice(-9, -1)).toEqual([
    "warning bot-commands: the commands differ",
    "  causes: customers see an old menu, or none",
    "  fix:   npx bridge webhook set --stage dev --bridge main",
    "",
    expect.stringMatching(/^fault channel-connected: amoCRM does not know the connection/),
    expect.stringMatching(/^ {2}causes: /),
    "  fix:   npx bridge connect --stage dev --bridge main",
    "",
  ]);
});

import { expect, test } from "@jest/globals";
import { aStage } from "../support.ts";
import { judge, known, notKnown, textOf, theQueues } from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const quotaOf = (unreserved: number) => ({
  quota: known({
    region: "eu-central-1",
    total: 1000,
    unreserved,
    senders: 11,
    bridges: 1,
    lambdaQuota: 1000,
  }),
});
const versions = (deployed: string | undefined, local: string) => ({
  stage: aStage({
    outputs: {
      ...aStage().outputs,
      ...(deployed === undefined ? {} : { Version: deployed }),
    },
  }),
  localVersion: known(local),
});

const rows: readonly Row[] = [
  {
    id: "queue-to-amocrm",
    when: "the oldest event has waited for half an hour",
    facts: theQueues({ oldestSeconds: 1800 }),
    state: "fault",
    says: ["the oldest for 30 minutes", "operators see", `bridge status ${on}`],
  },
  {
    id: "queue-to-amocrm",
    when: "it is empty, and the age belongs to a past event",
    facts: theQueues({ visible: 0, inFlight: 0, oldestSeconds: 1800 }),
    state: "ok",
    says: [],
  },
  {
    id: "queue-to-amocrm",
    when: "very many events wait, and their age is unknown",
    facts: {
      queues: known({
        "to-amocrm": { visible: 400, inFlight: 5, delayed: 100, dead: 0, oldestSeconds: undefined },
        "to-telegram": { visible: 0, inFlight: 0, delayed: 0, dead: 0, oldestSeconds: undefined },
      }),
    },
    state: "fault",
    says: ["500 waiting, 5 with the senders"],
  },
  {
    id: "queue-to-telegram",
    when: "only the other queue is full",
    facts: theQueues({ visible: 5000, oldestSeconds: 1800 }),
    state: "ok",
    says: [],
  },
  {
    id: "dead-letters",
    when: "there are three",
    facts: theQueues({ dead: 3 }),
    state: "fault",
    says: ["3 to amoCRM, 0 to Telegram", "14 days", `bridge redrive --all ${on}`],
  },
  {
    id: "lambda-quota",
    when: "the senders may use the whole quota",
    facts: quotaOf(12),
    state: "fault",
    says: [
      "12 concurrent executions, the senders may use 11",
      "--region eu-central-1 --service-code lambda --quota-code L-B99A9384",
      "infra/stages.ts",
    ],
  },
  {
    id: "lambda-quota",
    when: "it is enough for a quiet day",
    facts: quotaOf(90),
    state: "warning",
    says: ["with many hooks at once"],
  },
  {
    id: "lambda-quota",
    when: "it is enough for many hooks at once",
    facts: quotaOf(91),
    state: "ok",
    says: [],
  },
  {
    id: "lambda-quota",
    when: "the account has less than the settings say, but enough",
    facts: {
      quota: known({
        region: "eu-central-1",
        total: 400,
        unreserved: 400,
        senders: 11,
        bridges: 1,
        lambdaQuota: 1000,
      }),
    },
    state: "warning",
    says: ["400 concurrent executions", "lambdaQuota: 400 in infra/stages.ts"],
  },
  {
    id: "lambda-quota",
    when: "it is a laptop run",
    facts: { stage: aStage({ name: "laptop", bridge: undefined }), quota: notKnown },
    state: "not-applicable",
    says: [],
  },
  {
    id: "protection",
    when: "the first deployment has succeeded",
    facts: { stage: aStage({ protection: { stack: false, tables: false } }) },
    state: "warning",
    says: [
      "AWS does not refuse to delete the stack and its tables",
      'set protect: true for stage "dev" in infra/stages.ts and deploy again: npx cdk deploy dev/main',
    ],
  },
  {
    id: "protection",
    when: "a person removed it from the stack",
    facts: { stage: aStage({ protection: { stack: false, tables: true } }) },
    state: "warning",
    says: ["AWS does not refuse to delete the stack"],
  },
  {
    id: "protection",
    when: "the deployment that sets it has failed",
    facts: { stage: aStage({ protection: { stack: true, tables: false } }) },
    state: "warning",
    says: ["AWS does not refuse to delete its tables"],
  },
  {
    id: "protection",
    when: "the stage retains no data",
    facts: { stage: aStage({ protection: undefined }) },
    state: "not-applicable",
    says: [],
  },
  {
    id: "clocks",
    when: "this machine is ten minutes behind",
    facts: { clocks: known({ Telegram: 600_000, AWS: 601_000 }) },
    state: "fault",
    says: [
      "Telegram: 10 minutes ahead of this machine",
      "this machine's signatures",
      "timedatectl",
    ],
  },
  {
    id: "clocks",
    when: "one vendor's clock is a minute behind",
    facts: { clocks: known({ amoCRM: -60_000, AWS: 0 }) },
    state: "warning",
    says: ["amoCRM: 60 seconds behind this machine", "only its owner"],
  },
  {
    id: "clocks",
    when: "there is no answer",
    facts: { clocks: known({}) },
    state: "unknown",
    says: [],
  },
  {
    id: "version",
    when: "another version is deployed",
    facts: versions("0.1.0+aaaaaaaaaaaa", "0.1.0+bbbbbbbbbbbb"),
    state: "warning",
    says: [
      "0.1.0+aaaaaaaaaaaa is deployed, this checkout has 0.1.0+bbbbbbbbbbbb",
      "npx cdk diff dev/main",
    ],
  },
  {
    id: "version",
    when: "the stack has an older version without this output",
    facts: versions(undefined, "0.1.0"),
    state: "unknown",
    says: [],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});

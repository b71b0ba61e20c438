import { expect, test } from "@jest/globals";
import { aStage } from "../support.ts";
import { judge, known, notKnown, textOf, theQueues } from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const quotaOf = (unreserved: number) => ({
  quota: known({ unreserved, senders: 11, bridges: 1 }),
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
    when: "its oldest waits for half an hour",
    facts: theQueues({ oldestSeconds: 1800 }),
    state: "fault",
    says: ["the oldest for 1800 s", "operators see", `bridge status ${on}`],
  },
  {
    id: "queue-to-amocrm",
    when: "it is empty, and the age is of what has gone",
    facts: theQueues({ visible: 0, inFlight: 0, oldestSeconds: 1800 }),
    state: "ok",
    says: [],
  },
  {
    id: "queue-to-amocrm",
    when: "very many wait, and nobody says for how long",
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
    when: "the other one is full",
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
    when: "the senders may take all of it",
    facts: quotaOf(12),
    state: "fault",
    says: ["12 at a time, of which the senders may take 11", "L-B99A9384", "infra/stages.ts"],
  },
  {
    id: "lambda-quota",
    when: "it does for a quiet day",
    facts: quotaOf(90),
    state: "warning",
    says: ["in a rush"],
  },
  { id: "lambda-quota", when: "it does for a rush", facts: quotaOf(91), state: "ok", says: [] },
  {
    id: "lambda-quota",
    when: "it is a laptop run",
    facts: { stage: aStage({ name: "laptop", bridge: undefined }), quota: notKnown },
    state: "not-applicable",
    says: [],
  },
  {
    id: "protection",
    when: "the first deployment is through",
    facts: { stage: aStage({ protection: { stack: false, tables: false } }) },
    state: "warning",
    says: [
      "AWS deletes the stack and its tables for whoever asks",
      'set protect: true for stage "dev" in infra/stages.ts and deploy again: npx cdk deploy dev/main',
    ],
  },
  {
    id: "protection",
    when: "somebody has taken it off the stack",
    facts: { stage: aStage({ protection: { stack: false, tables: true } }) },
    state: "warning",
    says: ["AWS deletes the stack for whoever asks"],
  },
  {
    id: "protection",
    when: "the deployment that sets it has failed",
    facts: { stage: aStage({ protection: { stack: true, tables: false } }) },
    state: "warning",
    says: ["AWS deletes its tables for whoever asks"],
  },
  {
    id: "protection",
    when: "there is no data to keep",
    facts: { stage: aStage({ protection: undefined }) },
    state: "not-applicable",
    says: [],
  },
  {
    id: "clocks",
    when: "this machine is ten minutes behind",
    facts: { clocks: known({ Telegram: 600_000, AWS: 601_000 }) },
    state: "fault",
    says: ["Telegram: +600 s", "what this machine signs", "timedatectl"],
  },
  {
    id: "clocks",
    when: "one vendor's is a minute behind",
    facts: { clocks: known({ amoCRM: -60_000, AWS: 0 }) },
    state: "warning",
    says: ["amoCRM: -60 s", "only its owner"],
  },
  {
    id: "clocks",
    when: "nobody answers",
    facts: { clocks: known({}) },
    state: "unknown",
    says: [],
  },
  {
    id: "version",
    when: "other code is deployed",
    facts: versions("0.1.0+aaaaaaaaaaaa", "0.1.0+bbbbbbbbbbbb"),
    state: "warning",
    says: ["0.1.0+aaaaaaaaaaaa is deployed, here is 0.1.0+bbbbbbbbbbbb", "npx cdk diff dev/main"],
  },
  {
    id: "version",
    when: "the stack is from before versions were told",
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

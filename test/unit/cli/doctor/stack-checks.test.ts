import { expect, test } from "@jest/globals";
import { aStage } from "../support.ts";
import { judge, known, notKnown, textOf } from "./facts.ts";
import type { Row } from "./facts.ts";

const topic = (name: string, confirmed: number, pending = 0) => ({
  arn: `arn:aws:sns:eu-central-1:1:${name}`,
  confirmed,
  pending,
});
const forCustomers = { stage: aStage({ protection: { stack: true, tables: true } }) };
const sources = (...states: readonly string[]) => ({
  eventSources: known(states.map((state, index) => ({ id: `uuid-${index}`, state }))),
});

const rows: readonly Row[] = [
  {
    id: "event-sources",
    when: "a person disabled one",
    facts: sources("Enabled", "Disabled"),
    state: "fault",
    says: [
      "1 of 2 event source mappings: Disabled",
      "no sender reads them",
      "aws lambda update-event-source-mapping --region eu-central-1 --uuid uuid-1 --enabled",
    ],
  },
  {
    id: "event-sources",
    when: "one is being disabled",
    facts: sources("Disabling", "Enabled"),
    state: "fault",
    says: ["Disabling", "--uuid uuid-0 --enabled"],
  },
  {
    id: "event-sources",
    when: "one is being enabled",
    facts: sources("Enabling", "Enabled"),
    state: "warning",
    says: ["Enabling", "wait a minute"],
  },
  {
    id: "event-sources",
    when: "the stack has none",
    facts: sources(),
    state: "fault",
    says: ["has no event source mapping", "npx cdk deploy dev/main"],
  },
  {
    id: "event-sources",
    when: "it is a laptop run",
    facts: { eventSources: notKnown, stage: aStage({ bridge: undefined }) },
    state: "not-applicable",
    says: [],
  },
  {
    id: "alarm-mail",
    when: "one of two topics has a subscription that is not confirmed",
    facts: { alarmTopics: known([topic("urgent", 0, 1), topic("tomorrow", 1)]) },
    state: "warning",
    says: [
      "1 subscriptions to alarms are not confirmed",
      "48 hours",
      "aws sns subscribe --region eu-central-1 --topic-arn arn:aws:sns:eu-central-1:1:urgent --protocol email",
    ],
  },
  {
    id: "alarm-mail",
    when: "both topics have confirmed subscriptions",
    facts: { alarmTopics: known([topic("urgent", 2), topic("tomorrow", 1)]) },
    state: "ok",
    says: ["3 confirmed subscriptions"],
  },
  {
    id: "alarm-mail",
    when: "one of two topics has no subscriber",
    facts: { alarmTopics: known([topic("urgent", 1), topic("tomorrow", 0)]) },
    state: "warning",
    says: ["1 of 2 topics", "reach no person", "arn:aws:sns:eu-central-1:1:tomorrow"],
  },
  {
    id: "alarm-mail",
    when: "a stage with customers has no subscriber: the last one unsubscribed",
    facts: { alarmTopics: known([topic("alarms", 0)]), ...forCustomers },
    state: "warning",
    says: ["1 of 1 topics of the alarms have no subscriber"],
  },
  {
    id: "alarm-mail",
    when: "a stage without customers has no subscriber",
    facts: { alarmTopics: known([topic("alarms", 0)]), stage: aStage() },
    state: "not-applicable",
    says: ["no subscriber"],
  },
  {
    id: "alarm-mail",
    when: "the stage has no monitoring",
    facts: { alarmTopics: known([]) },
    state: "not-applicable",
    says: ["no topic"],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});

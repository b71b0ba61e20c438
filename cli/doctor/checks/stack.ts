import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";

/** Checks of resources whose state a deployment does not set and drift detection does not see. */
export const stackChecks: readonly Check[] = [
  {
    id: "event-sources",
    group: "AWS",
    title: "Lambda reads both queues: the event source mappings are enabled",
    judge: judgeEventSources,
  },
  {
    id: "alarm-mail",
    group: "AWS",
    title: "every topic of the alarms has a subscriber, and each subscription is confirmed",
    judge: judgeAlarmTopics,
  },
];

function judgeEventSources({ eventSources, stage }: Facts): Finding {
  if (!eventSources.known) {
    return stage.bridge === undefined ? notApplicable(eventSources.why) : unknown(eventSources.why);
  }
  const all = eventSources.value;
  const causes = "messages wait in the queue, and no sender reads them";
  if (all.length === 0) {
    const deploy = `npx cdk deploy ${stage.name}/${stage.bridge}`;
    return fault("the stack has no event source mapping", causes, deploy);
  }
  const off = all.filter(({ state }) => !/^(Enabled|Enabling|Creating|Updating)$/.test(state));
  if (off.length > 0) {
    const says = `${off.length} of ${all.length} event source mappings: ${off[0]?.state}`;
    const enable = off.map(
      ({ id }) => `aws lambda update-event-source-mapping --uuid ${id} --enabled`,
    );
    return fault(says, causes, enable.join("; "));
  }
  const changing = all.find(({ state }) => state !== "Enabled");
  if (changing === undefined) return ok(`${all.length} enabled`);
  const says = `an event source mapping has the state ${changing.state}`;
  return warning(says, `until it is enabled, ${causes}`, "wait a minute, then run doctor again");
}

function judgeAlarmTopics({ alarmTopics, stage }: Facts): Finding {
  if (!alarmTopics.known) {
    return stage.bridge === undefined ? notApplicable(alarmTopics.why) : unknown(alarmTopics.why);
  }
  const topics = alarmTopics.value;
  if (topics.length === 0) return notApplicable("the stack has no topic for alarms");
  const waiting = topics.filter(({ pending }) => pending > 0);
  const subscribe = (arn: string) =>
    `aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS`;
  if (waiting.length > 0) {
    const count = waiting.reduce((sum, { pending }) => sum + pending, 0);
    return warning(
      `${count} subscriptions to alarms are not confirmed`,
      "these addresses get no alarm; SNS deletes a subscription that stays unconfirmed for 48 hours",
      `open the link in the mail "AWS Notification - Subscription Confirmation"; for a new mail: ${waiting.map(({ arn }) => subscribe(arn)).join("; ")}`,
    );
  }
  const empty = topics.filter(({ confirmed }) => confirmed === 0);
  if (empty.length === 0) {
    const count = topics.reduce((sum, { confirmed }) => sum + confirmed, 0);
    return ok(`${count} confirmed subscriptions`);
  }
  const says = `${empty.length} of ${topics.length} topics of the alarms have no subscriber`;
  // Such a stage has no customers, and need not have an address for alarms.
  if (stage.protection === undefined && empty.length === topics.length) return notApplicable(says);
  return warning(
    says,
    "its alarms reach no person",
    empty.map(({ arn }) => subscribe(arn)).join("; "),
  );
}

import type { Direction } from "../../../lambdas/model/envelope.ts";
import { durationOf } from "../../format.ts";
import { missingProtection } from "../../stage/protection.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { ClockOwner, Facts } from "../facts/facts.ts";
import { judgeQuota } from "./quota.ts";

/** Longer than a vendor's short outage, which needs no warning. */
const oldSeconds = 15 * 60;
const manyWaiting = 500;
/** AWS accepts signatures up to five minutes old, amoCRM up to fifteen. */
const mostSkewMillis = 5 * 60_000;
const someSkewMillis = 30_000;

/** Checks of the AWS services that carry the messages. */
export const awsChecks: readonly Check[] = [
  {
    id: "queue-to-amocrm",
    group: "AWS",
    title: "there is no backlog of customers' messages",
    judge: (facts) => judgeQueue(facts, "to-amocrm"),
  },
  {
    id: "queue-to-telegram",
    group: "AWS",
    title: "there is no backlog of operators' answers",
    judge: (facts) => judgeQueue(facts, "to-telegram"),
  },
  {
    id: "dead-letters",
    group: "AWS",
    title: "the dead-letter queues are empty",
    judge: judgeDeadLetters,
  },
  {
    id: "lambda-quota",
    group: "AWS",
    title: "the account's quota of concurrent executions leaves enough for the webhooks",
    judge: judgeStageQuota,
  },
  {
    id: "protection",
    group: "AWS",
    title: "AWS refuses to delete the stack and its tables, if the stage retains data",
    judge: judgeProtection,
  },
  {
    id: "clocks",
    group: "AWS",
    title: "the clocks of this machine, AWS and the vendors agree",
    judge: judgeClocks,
  },
  {
    id: "version",
    group: "AWS",
    title: "the deployed version is the version of this checkout",
    judge: judgeVersion,
  },
];

function judgeQueue({ queues, stage }: Facts, direction: Direction): Finding {
  if (!queues.known) return unknown(queues.why);
  const { visible, inFlight, delayed, oldestSeconds } = queues.value[direction];
  const waiting = visible + delayed;
  const age =
    oldestSeconds === undefined ? "" : `, the oldest for ${durationOf(oldestSeconds * 1000)}`;
  const says = `${waiting} waiting, ${inFlight} with the senders${age}`;
  const isOld = waiting + inFlight > 0 && (oldestSeconds ?? 0) > oldSeconds;
  if (!isOld && waiting < manyWaiting) return ok(says);
  const who = direction === "to-amocrm" ? "operators see customers'" : "customers see operators'";
  const fix = `fix the other faults first; ${commandOn(stage, "status")} shows the backlog`;
  return fault(says, `${who} messages late`, fix);
}

function judgeDeadLetters({ queues, stage }: Facts): Finding {
  if (!queues.known) return unknown(queues.why);
  const { "to-amocrm": toAmocrm, "to-telegram": toTelegram } = queues.value;
  const count = toAmocrm.dead + toTelegram.dead;
  if (count === 0) return ok("none");
  return fault(
    `${toAmocrm.dead} to amoCRM, ${toTelegram.dead} to Telegram`,
    "the sender did not finish them; AWS deletes them 14 days after they were written",
    `${commandOn(stage, "parked")}, then ${commandOn(stage, "redrive --all")}`,
  );
}

function judgeStageQuota({ quota, stage }: Facts): Finding {
  if (quota.known) return judgeQuota(quota.value);
  return stage.bridge === undefined ? notApplicable(quota.why) : unknown(quota.why);
}

function judgeProtection({ stage }: Facts): Finding {
  if (stage.protection === undefined) return notApplicable("the stage retains no data");
  const missing = missingProtection(stage);
  if (missing !== undefined) {
    const causes = "one wrong command stops the bridge or deletes its data";
    return warning(missing.says, causes, missing.fix);
  }
  if (stage.protection.tables === undefined)
    return unknown("the stack does not report it for its tables");
  return ok("both");
}

function judgeClocks({ clocks }: Facts): Finding {
  if (!clocks.known) return unknown(clocks.why);
  const owners = Object.entries(clocks.value) as [ClockOwner, number][];
  if (owners.length === 0) return unknown("no service reported the time");
  const differing = owners.filter(([, ahead]) => Math.abs(ahead) > someSkewMillis);
  if (differing.length === 0) return ok(`within half a minute of ${owners.length} other clocks`);
  const says = differing
    .map(([owner, ahead]) => `${owner}: ${signed(ahead)} this machine`)
    .join("; ");
  const isFar = differing.some(([, ahead]) => Math.abs(ahead) > mostSkewMillis);
  const isOurs = differing.length === owners.length;
  const causes = isOurs
    ? "amoCRM and AWS refuse this machine's signatures; the deployed bridge uses AWS's clock"
    : "signatures for amoCRM are valid for 15 minutes by amoCRM's clock";
  const fix = isOurs
    ? "set this machine's clock (on Linux: timedatectl set-ntp true)"
    : "wait, then run doctor again: only its owner can set that clock";
  return isFar ? fault(says, causes, fix) : warning(says, causes, fix);
}

function signed(millis: number): string {
  return `${durationOf(Math.abs(millis))} ${millis > 0 ? "ahead of" : "behind"}`;
}

function judgeVersion({ stage, localVersion: local }: Facts): Finding {
  const deployed = stage.outputs.Version;
  if (deployed === undefined) return unknown("the stack does not report its version");
  if (!local.known) return unknown(local.why);
  if (deployed === local.value) return ok(deployed);
  const deploy =
    stage.bridge === undefined
      ? "stop the laptop run and start it again"
      : `npx cdk diff ${stage.name}/${stage.bridge}, then npx cdk deploy ${stage.name}/${stage.bridge}`;
  return warning(
    `${deployed} is deployed, this checkout has ${local.value}`,
    "the commands of this checkout may not fit the deployed version",
    deploy,
  );
}

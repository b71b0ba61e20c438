import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import { call } from "../../lambdas/http/call.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { failedTo } from "../aws/failures.ts";
import type { QueueState } from "../aws/read-queues.ts";
import { durationOf } from "../output.ts";
import { missingProtection, commandOn, howToDeploy } from "../stage/stage.ts";
import type { AwsConfiguration, Stage } from "../stage/stage.ts";
import {
  checksOf,
  fault,
  need,
  needDeployed,
  notApplicable,
  ok,
  unknown,
  warning,
} from "./check.ts";
import type { Finding, StageFacts, Fact } from "./check.ts";

/** How far each clock is ahead of this machine's in milliseconds, to about a second, by its owner. */
type Clocks = Readonly<Partial<Record<"Telegram" | "amoCRM's chats" | "amoCRM" | "AWS", number>>>;

type AwsFacts = StageFacts & {
  readonly queues: Fact<Readonly<Record<Direction, QueueState>>>;
  readonly quota: Fact<QuotaFacts>;
  readonly clocks: Fact<Clocks>;
  readonly localVersion: Fact<string>;
};

/**
 * Reads the clocks of the origins from the dates of their answers. It leaves out an origin that does
 * not answer.
 */
export async function readClocks(stage: Stage): Promise<Clocks> {
  const origins = {
    Telegram: new URL(stage.telegramApiRoot).origin,
    "amoCRM's chats": stage.amojoOrigin,
    amoCRM: stage.amocrmOrigin,
    AWS: stage.aws.endpoint ?? `https://sqs.${stage.aws.region}.amazonaws.com`,
  };
  const found = await Promise.all(
    Object.entries(origins).map(async ([owner, origin]) => [owner, await aheadMillis(origin)]),
  );
  return Object.fromEntries(found.filter(([, ahead]) => ahead !== undefined)) as Clocks;
}

/** How far the other clock is ahead of ours: its `Date` minus the middle of our wait. */
async function aheadMillis(origin: string): Promise<number | undefined> {
  try {
    const beforeMillis = Date.now();
    const init = { method: "GET", headers: {} };
    const { headers } = await call(`${origin}/`, init, { timeoutMillis: 5000 });
    const middleMillis = (beforeMillis + Date.now()) / 2;
    const dateMillis = Date.parse(headers.get("date") ?? "");
    // The header counts whole seconds, so it loses half a second on average.
    return Number.isNaN(dateMillis) ? undefined : Math.round(dateMillis + 500 - middleMillis);
  } catch {
    return undefined;
  }
}

/** Longer than a vendor's short outage, which needs no warning. */
const oldSeconds = 15 * 60;
const manyWaiting = 500;
/** AWS accepts signatures up to five minutes old, amoCRM up to fifteen. */
const mostSkewMillis = 5 * 60_000;
const someSkewMillis = 30_000;

/** Checks of the AWS services that carry the messages. */
export const awsChecks = checksOf<AwsFacts>("AWS", [
  {
    id: "queue-to-amocrm",
    title: "there is no backlog of customers' messages",
    judge: (facts) => judgeQueue(facts, "to-amocrm", "operators see customers' messages late"),
  },
  {
    id: "queue-to-telegram",
    title: "there is no backlog of operators' answers",
    judge: (facts) => judgeQueue(facts, "to-telegram", "customers see operators' messages late"),
  },
  {
    id: "dead-letters",
    title: "the dead-letter queues are empty",
    judge({ queues, stage }) {
      const { "to-amocrm": toAmocrm, "to-telegram": toTelegram } = need(queues);
      if (toAmocrm.dead + toTelegram.dead === 0) return ok("none");
      return fault(
        `${toAmocrm.dead} to amoCRM, ${toTelegram.dead} to Telegram`,
        "the sender did not finish them; AWS deletes them 14 days after they were written",
        `${commandOn(stage, "parked")}, then ${commandOn(stage, "redrive --all")}`,
      );
    },
  },
  {
    id: "lambda-quota",
    title: "the account's quota of concurrent executions leaves enough for the webhooks",
    judge: ({ quota, stage }) => judgeQuota(needDeployed(quota, stage)),
  },
  {
    id: "protection",
    title: "AWS refuses to delete the stack and its tables, if the stage retains data",
    judge({ stage }) {
      if (stage.protection === undefined) return notApplicable("the stage retains no data");
      const missing = missingProtection(stage);
      if (missing !== undefined) {
        const causes = "one wrong command stops the bridge or deletes its data";
        return warning(missing.says, causes, missing.fix);
      }
      return stage.protection.tables === undefined
        ? unknown("the stack does not report it for its tables")
        : ok("both");
    },
  },
  {
    id: "clocks",
    title: "the clocks of this machine, AWS and the vendors agree",
    judge({ clocks }) {
      const all = Object.entries(need(clocks));
      if (all.length === 0) return unknown("no service reported the time");
      const differing = all.filter(([, ahead]) => Math.abs(ahead) > someSkewMillis);
      if (differing.length === 0) return ok(`within half a minute of ${all.length} other clocks`);
      const says = differing.map(([owner, ahead]) => {
        const where = ahead > 0 ? "ahead of" : "behind";
        return `${owner}: ${durationOf(Math.abs(ahead))} ${where} this machine`;
      });
      const isFar = differing.some(([, ahead]) => Math.abs(ahead) > mostSkewMillis);
      const [causes, fix] =
        differing.length === all.length
          ? ([
              "amoCRM and AWS refuse this machine's signatures; the deployed bridge uses AWS's clock",
              "set this machine's clock (on Linux: timedatectl set-ntp true)",
            ] as const)
          : ([
              "signatures for amoCRM are valid for 15 minutes by amoCRM's clock",
              "wait, then run doctor again: only its owner can set that clock",
            ] as const);
      return (isFar ? fault : warning)(says.join("; "), causes, fix);
    },
  },
  {
    id: "version",
    title: "the deployed version is the version of this checkout",
    judge({ stage, localVersion }) {
      const deployed = stage.outputs.Version;
      if (deployed === undefined) return unknown("the stack does not report its version");
      const local = need(localVersion);
      if (deployed === local) return ok(deployed);
      const deploy = howToDeploy(stage);
      return warning(
        `${deployed} is deployed, this checkout has ${local}`,
        "the commands of this checkout may not fit the deployed version",
        stage.bridge === undefined
          ? deploy
          : `npx cdk diff ${stage.name}/${stage.bridge}, then ${deploy}`,
      );
    },
  },
]);

function judgeQueue({ queues, stage }: AwsFacts, direction: Direction, causes: string): Finding {
  const { visible, inFlight, delayed, oldestSeconds } = need(queues)[direction];
  const waiting = visible + delayed;
  const age =
    oldestSeconds === undefined ? "" : `, the oldest for ${durationOf(oldestSeconds * 1000)}`;
  const says = `${waiting} waiting, ${inFlight} with the senders${age}`;
  const isOld = waiting + inFlight > 0 && (oldestSeconds ?? 0) > oldSeconds;
  if (!isOld && waiting < manyWaiting) return ok(says);
  const fix = `fix the other faults first; ${commandOn(stage, "status")} shows the backlog`;
  return fault(says, causes, fix);
}

/** Lambda's concurrent executions in the stage's region, and what the stage needs. */
type QuotaFacts = Awaited<ReturnType<typeof readQuota>>;

export async function readQuota(
  aws: AwsConfiguration,
  settings: {
    readonly bridges: Readonly<Record<string, Pick<BridgeSettings, "concurrency">>>;
    readonly lambdaQuota: number;
  },
) {
  const { AccountLimit = {} } = await new LambdaClient(aws)
    .send(new GetAccountSettingsCommand({}))
    .catch(failedTo("read Lambda's quota (lambda:GetAccountSettings)"));
  // One caretaker per bridge, and as many senders as its queues may start.
  const all = Object.values(settings.bridges).map(
    ({ concurrency: { toAmocrm, toTelegram } }) => 1 + toAmocrm + toTelegram,
  );
  return {
    region: aws.region,
    total: AccountLimit.ConcurrentExecutions ?? 0,
    // What is left for functions without a reservation.
    unreserved: AccountLimit.UnreservedConcurrentExecutions ?? 0,
    senders: all.reduce((sum, each) => sum + each, 0),
    bridges: all.length,
    lambdaQuota: settings.lambdaQuota,
  };
}

/** By default, Telegram calls a webhook with this many connections at once. */
const webhookConnections = 40;

/** Whether Lambda's quota leaves enough for the webhooks while all senders are busy. */
export function judgeQuota(quota: QuotaFacts): Finding {
  const { region, total, unreserved, senders, bridges, lambdaQuota } = quota;
  const says = `${unreserved} concurrent executions, the senders may use ${senders}`;
  const webhooks = 2 * bridges;
  const fix = `aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value 1000 (quota: concurrent executions), or a smaller concurrency in infra/stages.ts`;
  if (unreserved < senders + webhooks) {
    const causes = "busy senders prevent the webhooks from running: amoCRM's hooks are lost";
    return fault(says, causes, fix);
  }
  if (unreserved < senders + webhooks * webhookConnections) {
    const causes = "with many hooks at once, Lambda may throttle the webhooks, and hooks are lost";
    return warning(says, causes, fix);
  }
  if (total >= lambdaQuota) return ok(says);
  return warning(
    `the account has ${total} concurrent executions, lambdaQuota in infra/stages.ts is ${lambdaQuota}`,
    "the checks of the settings count with executions that the account does not have",
    `lambdaQuota: ${total} in infra/stages.ts`,
  );
}

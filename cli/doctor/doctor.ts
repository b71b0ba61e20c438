import { versionOf } from "../../infra/version.ts";
import { findDefaultEndpoint } from "../aws/find-default-endpoint.ts";
import { readQueues } from "../aws/read-queues.ts";
import { readCaretakerReport, readFailedAttempts } from "../aws/read-reports.ts";
import { StageDeliveries } from "../aws/stage-deliveries.ts";
import { CommandFailure } from "../command.ts";
import { countSetAside } from "../parked/sources.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { knownStages } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { addressChecks, readAddress, readMedia } from "./address.ts";
import { amocrmChecks, readChats, readMainApi } from "./amocrm.ts";
import { awsChecks, readClocks } from "./aws.ts";
import { bridgeChecks } from "./bridge.ts";
import type { Check } from "./check.ts";
import { readFact } from "./fact.ts";
import { newCustomerChecks, readCrm } from "./new-customer.ts";
import { readQuota } from "./quota.ts";
import type { QuotaFacts } from "./quota.ts";
import { fieldOf, notConnected, readSecrets, secretChecks, secretFacts } from "./secrets.ts";
import { readStack, stackChecks } from "./stack.ts";
import { readTelegram, telegramChecks } from "./telegram.ts";

/** All facts for the checks. They hold no secret, no name and no text that a person wrote. */
export type Facts = Awaited<ReturnType<typeof collectFacts>>;

/** Every check of `bridge doctor`, in the order of its table. */
export const allChecks: readonly Check<Facts>[] = [
  ...secretChecks,
  ...telegramChecks,
  ...amocrmChecks,
  ...newCustomerChecks,
  ...addressChecks,
  ...awsChecks,
  ...stackChecks,
  ...bridgeChecks,
];

/**
 * Collects all facts for the checks. Queries that do not depend on each other run at the same time. It
 * changes nothing: it takes no update, receives no message and makes no new connection.
 */
export async function collectFacts(
  stage: Stage,
  /** Called after every query, with the number of finished and of all queries. */
  onRead: (done: number, of: number) => void,
) {
  const nowMillis = Date.now();
  const secrets = await readSecrets(new StageSecrets(stage));
  const about = secretFacts(secrets);
  const { "amocrm-channel": channel } = secrets;
  const botToken = fieldOf(secrets["telegram-bot"], "token", "the bot token is not set");
  const channelSecret = fieldOf(channel, "current", "the channel secret is not set");
  const scopeId = fieldOf(channel, "scopeId", notConnected);
  const apiToken = fieldOf(secrets["amocrm-api"], "token", "the API token is not set");
  const { mainApi, stack, ...facts } = await readAll(
    {
      telegram: readTelegram(stage, botToken),
      chats: readChats(stage, scopeId, channelSecret),
      mainApi: readMainApi(stage, apiToken),
      crm: readCrm(stage, apiToken),
      address: readFact(() => readAddress(stage, scopeId, findDefaultEndpoint), 40_000),
      media: readFact(() => readMedia(stage)),
      stack: readStack(stage),
      clocks: readFact(() => readClocks(stage)),
      queues: readFact(() => readQueues(stage, nowMillis)),
      setAside: readFact(() => countSetAside(new StageDeliveries(stage, Date.now))),
      failedAttempts: readFact(() => readFailedAttempts(stage)),
      caretaker: readFact(() => readCaretakerReport(stage)),
      quota: readFact(() => readStageQuota(stage)),
      localVersion: readFact(async () => versionOf()),
    },
    onRead,
  );
  return { nowMillis, stage, ...about, ...facts, ...mainApi, ...stack };
}

async function readStageQuota({ name, bridge, aws }: Stage): Promise<QuotaFacts> {
  if (bridge === undefined) throw new CommandFailure("the laptop run has no quota");
  const settings = (await knownStages())[name];
  if (settings === undefined) throw new CommandFailure(`infra/stages.ts has no stage ${name}`);
  return readQuota(aws, settings);
}

/** Waits for all values, and reports each one that is there. */
async function readAll<Values extends object>(
  work: { readonly [Name in keyof Values]: Promise<Values[Name]> },
  onRead: (done: number, of: number) => void,
): Promise<Values> {
  const all = Object.entries<Promise<unknown>>(work);
  let done = 0;
  const values = all.map(async ([name, each]) => {
    const value = await each;
    onRead((done += 1), all.length);
    return [name, value];
  });
  return Object.fromEntries(await Promise.all(values)) as Values;
}

import { versionOf } from "../../infra/version.ts";
import { findDefaultEndpoint } from "../aws/find-default-endpoint.ts";
import { readCaretakerReport } from "../aws/read-caretaker-report.ts";
import { readFailedAttempts } from "../aws/read-failed-attempts.ts";
import { readQueues } from "../aws/read-queues.ts";
import { StageDeliveries } from "../aws/stage-deliveries.ts";
import { countSetAside } from "../parked/sources.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { knownStages } from "../stage/find-stage.ts";
import { laptop } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { lookAtAddress } from "./facts/address.ts";
import { askChats, askMainApi } from "./facts/amocrm.ts";
import { readClocks } from "./facts/clocks.ts";
import type { Fact, Facts } from "./facts/facts.ts";
import { look, notKnown } from "./facts/look.ts";
import { lookAtMedia } from "./facts/media.ts";
import { readQuota } from "./facts/quota.ts";
import { fieldOf, readSecrets, secretFacts } from "./facts/secrets.ts";
import { lookAtStack } from "./facts/stack.ts";
import { askTelegram } from "./facts/telegram.ts";

/** Called after every finished query, with the number of finished and of all queries. */
export type OnLooked = (what: string, done: number, of: number) => void;

/**
 * Collects all facts for the checks. Queries that do not depend on each other run at the same time. It
 * changes nothing: it takes no update, receives no message and makes no new connection.
 */
export async function collectFacts(stage: Stage, onLooked: OnLooked): Promise<Facts> {
  const nowMillis = Date.now();
  const looks = 11;
  let done = 0;
  const told = async <Value>(what: string, work: Promise<Value>): Promise<Value> => {
    const found = await work;
    onLooked(what, (done += 1), looks);
    return found;
  };
  const secrets = await told("secrets", readSecrets(new StageSecrets(stage)));
  const about = secretFacts(secrets);
  const botToken = fieldOf(secrets["telegram-bot"], "token", "the bot token");
  const channelSecret = fieldOf(secrets["amocrm-channel"], "current", "the channel secret");
  const apiToken = fieldOf(secrets["amocrm-api"], "token", "the API token");
  const [
    telegram,
    chats,
    mainApi,
    address,
    media,
    stack,
    clocks,
    queues,
    setAside,
    failedAttempts,
    caretaker,
    quota,
    localVersion,
  ] = await Promise.all([
    told("Telegram", askTelegram(stage, botToken)),
    told("amoCRM's chats", askChats(stage, about.channel, channelSecret)),
    told("amoCRM", askMainApi(stage, apiToken)),
    told(
      "the public address",
      look(() => lookAtAddress(stage, about.channel, findDefaultEndpoint), 40_000),
    ),
    told(
      "the address of the files",
      look(() => lookAtMedia(stage)),
    ),
    told("the stack", lookAtStack(stage)),
    told(
      "clocks",
      look(() => readClocks(stage)),
    ),
    told(
      "queues",
      look(() => readQueues(stage, nowMillis)),
    ),
    told(
      "parked messages",
      look(() => countSetAside(new StageDeliveries(stage, Date.now))),
    ),
    look(() => readFailedAttempts(stage)),
    look(() => readCaretakerReport(stage)),
    told("Lambda", readStageQuota(stage)),
    look(async () => versionOf()),
  ]);
  return {
    nowMillis,
    stage,
    ...about,
    telegram,
    chats,
    ...mainApi,
    address,
    media,
    ...stack,
    clocks,
    queues,
    setAside,
    failedAttempts,
    caretaker,
    quota,
    localVersion,
  };
}

async function readStageQuota(stage: Stage): Promise<Fact<Awaited<ReturnType<typeof readQuota>>>> {
  if (stage.name === laptop) return notKnown("the laptop run has no quota");
  return look(async () => {
    const stages = await knownStages();
    const bridges = Object.values(stages[stage.name]?.bridges ?? {});
    return readQuota(
      stage.aws,
      bridges.map(({ concurrency }) => concurrency),
    );
  });
}

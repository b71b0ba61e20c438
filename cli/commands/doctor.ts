import type { OpenSecrets } from "../secrets.ts";
import { versionOf } from "../../infra/version.ts";
import { vendorOf } from "../amocrm/vendor.ts";
import { answerOptions, command, CommandFailure } from "../command.ts";
import { judgeAll, readFact } from "../doctor/check.ts";
import { countsOf, factsOf, inWordsFor, linesOf, listOf } from "../doctor/report.ts";
import { checkLive, linesOfLiveCheck } from "../doctor/live-check.ts";
import { print, progressOn } from "../output.ts";
import { knownStages, openStage } from "../stage/open-stage.ts";
import { findDefaultEndpoint } from "../aws/describe-stack.ts";
import { readQueues } from "../aws/read-queues.ts";
import { readCaretakerReport, readFailedAttempts } from "../aws/read-reports.ts";
import { openDeliveries } from "../aws/open-sources.ts";
import { countSetAside } from "../parked/parked.ts";
import type { Stage } from "../stage/stage.ts";
import { addressChecks, readAddress, readMedia } from "../doctor/address.ts";
import { amocrmChecks, readChats, readMainApi } from "../doctor/amocrm.ts";
import { awsChecks, readClocks, readQuota } from "../doctor/aws.ts";
import { bridgeChecks } from "../doctor/bridge.ts";
import type { Check } from "../doctor/check.ts";
import { newCustomerChecks, readCrm } from "../doctor/new-customer.ts";
import {
  fieldOf,
  notConnected,
  readSecrets,
  secretChecks,
  secretFacts,
} from "../doctor/secrets.ts";
import { readStack, stackChecks } from "../doctor/stack.ts";
import { readTelegram, telegramChecks } from "../doctor/telegram.ts";

/** `bridge doctor`: finds the faults of a bridge and says how to fix them. */
export const doctor = command({
  about: `Checks the secrets, Telegram, amoCRM, AWS, the public address, and parked and spooled events. It
changes nothing and prints no secret. For each fault it prints the consequences and the command that
fixes it. It calls the webhooks without a secret, so they refuse the calls and log a warning for each.
Exit code 1: there is a fault. Warnings alone give exit code 0.`,
  options: {
    list: { about: "lists the checks, one per line; needs no stage" },
    "live-check": {
      notWith: "list",
      about:
        "instead of the checks, finds out by reads how this amoCRM account treats leads, and lists what only a person can try (docs/going-live.md). It needs an API token, and changes nothing",
    },
    ...answerOptions,
  },
  examples: ["doctor --stage dev --bridge main"],
  async run(options, terminal) {
    if (options.list) {
      const checks = allChecks.map(({ id, group, title }) => ({ id, group, title }));
      print(terminal, options.json, { checks }, listOf(allChecks));
      return 0;
    }
    const { stage, secrets, answer } = await openStage(options, terminal);
    const progress = progressOn(terminal);
    if (options["live-check"]) {
      const answers = await checkLive(stage, secrets, (done, of) =>
        progress.show(`answered ${done} of ${of} questions`),
      ).finally(() => progress.end());
      answer(answers, linesOfLiveCheck(answers));
      return 0;
    }
    const facts = await collectFacts(stage, secrets, (names) =>
      progress.show(`reading ${names.map(inWords).join(", ")}`),
    );
    progress.end();
    const judged = inWordsFor(vendorOf(stage), judgeAll(allChecks, facts));
    const counts = countsOf(judged);
    const isFine = counts.fault === 0;
    answer({ isFine, counts, checks: judged.map(factsOf) }, linesOf(judged));
    return isFine ? 0 : 1;
  },
});

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
  store: OpenSecrets,
  /** Called with the names of the facts that are still being read. */
  onReading: (names: readonly string[]) => void,
) {
  const nowMillis = Date.now();
  onReading(["secrets"]);
  const secrets = await readSecrets(store);
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
      setAside: readFact(() => countSetAside(openDeliveries(stage))),
      failedAttempts: readFact(() => readFailedAttempts(stage)),
      caretaker: readFact(() => readCaretakerReport(stage)),
      quota: readFact(() => readStageQuota(stage)),
      localVersion: readFact(async () => versionOf()),
    },
    onReading,
  );
  return { nowMillis, stage, ...about, ...facts, ...mainApi, ...stack };
}

async function readStageQuota({ name, bridge, aws }: Stage) {
  if (bridge === undefined) throw new CommandFailure("the laptop run has no quota");
  const settings = (await knownStages())[name];
  if (settings === undefined) throw new CommandFailure(`infra/stages.ts has no stage ${name}`);
  return readQuota(aws, settings);
}

/** `failedAttempts` becomes `failed attempts`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

async function readAll<Values extends object>(
  work: { readonly [Name in keyof Values]: Promise<Values[Name]> },
  onReading: (names: readonly string[]) => void,
): Promise<Values> {
  const names = new Set(Object.keys(work));
  onReading([...names]);
  const values = Object.entries<Promise<unknown>>(work).map(async ([name, each]) => {
    const value = await each;
    names.delete(name);
    onReading([...names]);
    return [name, value];
  });
  return Object.fromEntries(await Promise.all(values)) as Values;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowedUpdates } from "../lambdas/telegram/send/inspect-webhook.ts";
import { startHost } from "./host/host.ts";
import type { Host } from "./host/host.ts";
import { findStack, synthesize } from "./host/synthesize.ts";
import { assertPortIsFree, untilBothAnswer } from "./probe.ts";
import { leaveRunFile } from "./run-file.ts";
import type { RunFile } from "./run-file.ts";
import type { Settings } from "./settings.ts";
import { startAmocrmSimulator } from "./simulators/amocrm/server.ts";
import type { AmocrmSimulator } from "./simulators/amocrm/types.ts";
import { startTelegramSimulator } from "./simulators/telegram/server.ts";
import type { TelegramSimulator } from "./simulators/telegram/types.ts";

/** The whole bridge on this machine, until it is closed. */
export type Run = {
  readonly host: Host;
  readonly scopeId: string;
  /** Undefined where an external address was given for the vendor. */
  readonly telegram: TelegramSimulator | undefined;
  readonly amocrm: AmocrmSimulator | undefined;
  close(): Promise<void>;
};

/** The options of a run. */
export type RunOptions = {
  readonly log: (line: string) => void;
  /** An assembly from an earlier synthesis. Without it, this run synthesizes the app. */
  readonly assemblyRoot?: string;
  /** The file for the run's addresses, which the command line reads. Without it, the run writes none. */
  readonly runFile?: string;
  /** Shortens the wait after an attempt that died, including the lease. For tests. */
  readonly visibilityTimeoutSeconds?: number;
};

/**
 * Synthesizes the app and hosts the bridge of the laptop's stage with the given settings. It
 * starts simulators for vendors without an external address, and waits until both webhooks
 * answer. It calls no vendor.
 */
export async function startRun(settings: Settings, options: RunOptions): Promise<Run> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return await assemble(settings, options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  settings: Settings,
  options: RunOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Run> {
  const { telegram, amocrm } = settings;
  await assertPortIsFree(settings.port);
  const stageName = settings.handOff === "always" ? "laptop" : "laptop-on-request";
  let { assemblyRoot } = options;
  if (assemblyRoot === undefined) {
    const directory = await mkdtemp(join(tmpdir(), "bridge-assembly-"));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    assemblyRoot = join(directory, "cdk.out");
    await synthesize(assemblyRoot, [stageName]);
  }

  let telegramSimulator: TelegramSimulator | undefined;
  if (telegram.apiRoot === undefined) {
    telegramSimulator = await startTelegramSimulator({ botToken: telegram.botToken });
    closers.push(() => telegramSimulator?.close() ?? Promise.resolve());
  }
  let amocrmSimulator: AmocrmSimulator | undefined;
  if (amocrm.amojoOrigin === undefined || amocrm.origin === undefined) {
    const { accountId, channelId, channelSecret, bot } = amocrm;
    amocrmSimulator = await startAmocrmSimulator({
      accountId,
      channelId,
      channelSecret,
      bot,
      apiToken: amocrm.apiToken === "" ? "no-token" : amocrm.apiToken,
    });
    closers.push(() => amocrmSimulator?.close() ?? Promise.resolve());
  }
  const apiRoot = telegram.apiRoot ?? telegramSimulator?.root ?? "";
  const amojoOrigin = amocrm.amojoOrigin ?? amocrmSimulator?.origin ?? "";
  const amocrmOrigin = amocrm.origin ?? amocrmSimulator?.origin ?? "";
  const botId = telegram.botToken.split(":", 1)[0] ?? "";
  const scopeId = `${amocrm.channelId}_${amocrm.accountId}`;

  let isReady = false;
  const visibility = options.visibilityTimeoutSeconds;
  const host = await startHost({
    ...findStack(assemblyRoot, stageName),
    port: settings.port,
    mediaPort: settings.media.port,
    environment: {
      ASK_PHONE: settings.askPhone,
      TELEGRAM_BOT_ID: botId,
      TELEGRAM_API_ROOT: apiRoot,
      AMOJO_ORIGIN: amojoOrigin,
      AMOCRM_ORIGIN: amocrmOrigin,
      AMOCRM_BOT_ID: amocrm.bot.id,
      AMOCRM_BOT_NAME: amocrm.bot.name,
      MEDIA_ALLOWED_HOSTS: (
        settings.media.allowedHosts ?? hostsOf([amojoOrigin, amocrmOrigin])
      ).join(","),
      ...(settings.media.baseUrl === undefined ? {} : { MEDIA_BASE_URL: settings.media.baseUrl }),
      ...(visibility === undefined ? {} : { LEASE_SECONDS: String(Math.max(1, visibility - 1)) }),
    },
    secrets: {
      TelegramWebhookSecretId: JSON.stringify({ current: telegram.webhookSecret }),
      TelegramBotTokenSecretId: JSON.stringify({ token: telegram.botToken }),
      AmocrmChannelSecretId: JSON.stringify({
        channelId: amocrm.channelId,
        scopeId,
        current: amocrm.channelSecret,
      }),
      AmocrmApiTokenSecretId: JSON.stringify({ token: amocrm.apiToken }),
    },
    ...(visibility === undefined ? {} : { visibilityTimeoutSeconds: visibility }),
    log: (line) => {
      // The refusals of the two calls below are expected.
      if (isReady || !/SecretTokenRefused|SignatureMalformed/.test(line)) options.log(line);
    },
  });
  closers.push(() => host.close());
  telegramSimulator?.setWebhook(`${host.url}/telegram`, telegram.webhookSecret, allowedUpdates);
  amocrmSimulator?.setHookUrl(`${host.url}/amocrm/:scope_id`);
  await untilBothAnswer(host.url, scopeId);
  isReady = true;
  const facts: RunFile = {
    pid: process.pid,
    botId,
    url: host.url,
    mediaBaseUrl: settings.media.baseUrl ?? host.mediaUrl,
    awsEndpoint: host.awsEndpoint,
    outputs: { ...host.outputs },
    telegramApiRoot: apiRoot,
    amojoOrigin,
    amocrmOrigin,
  };
  if (options.runFile !== undefined) closers.push(await leaveRunFile(options.runFile, facts));
  return { host, scopeId, telegram: telegramSimulator, amocrm: amocrmSimulator, close };
}

function hostsOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map((each) => new URL(each).host))];
}

import { fileURLToPath } from "node:url";
import { allowedUpdates } from "../lambdas/telegram/send/inspect-webhook.ts";
import { startHost } from "./host/host.ts";
import type { Host } from "./host/host.ts";
import { findStack } from "./host/assembly.ts";
import { cachedAssembly } from "./host/cached-assembly.ts";
import { synthesize } from "./host/synthesize.ts";
import { amocrmHopLine, telegramHopLine } from "./hop-lines.ts";
import { openKillDoor } from "./kill-door.ts";
import { assertPortIsFree, untilBothAnswer } from "./probe.ts";
import { leaveRunFile } from "./run-file.ts";
import type { RunFile } from "./run-file.ts";
import type { Settings } from "./settings.ts";
import { startAmocrmSimulator } from "./simulators/amocrm/server.ts";
import type { AmocrmSimulator } from "./simulators/amocrm/types.ts";
import { startTelegramSimulator } from "./simulators/telegram/server.ts";
import type { TelegramSimulator } from "./simulators/telegram/types.ts";

/** Assemblies of earlier runs. A run with the same inputs starts without a synthesis. */
const assemblies = fileURLToPath(new URL("../.local/assemblies", import.meta.url));

/** The whole bridge on this machine, until it is closed. */
export type Run = {
  readonly host: Host;
  readonly scopeId: string;
  /** Where `npx bridge kill` ends processes. */
  readonly killUrl: string;
  /** Undefined where an external address was given for the vendor. */
  readonly telegram: TelegramSimulator | undefined;
  readonly amocrm: AmocrmSimulator | undefined;
  close(): Promise<void>;
};

/** The options of a run. */
export type RunOptions = {
  readonly log: (line: string) => void;
  /** Gets a line for each call that the simulated vendors answered. */
  readonly logCall?: (line: string) => void;
  /** Called when a part of the start begins. */
  readonly onPhase?: (what: string) => void;
  /** An assembly to host. Without it, the run uses one of an earlier run, or synthesizes the app. */
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
  const { logCall } = options;
  const make: typeof synthesize = (...asked) => {
    options.onPhase?.("Synthesizing the stack");
    return synthesize(...asked);
  };
  const assemblyRoot =
    options.assemblyRoot ?? (await cachedAssembly(stageName, assemblies, { make }));
  options.onPhase?.("Starting the stack on this machine");

  let telegramSimulator: TelegramSimulator | undefined;
  if (telegram.apiRoot === undefined) {
    telegramSimulator = await startTelegramSimulator({
      botToken: telegram.botToken,
      ...(logCall && { onCall: (call) => logCall(telegramHopLine(call)) }),
    });
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
      ...(logCall && { onCall: (call) => logCall(amocrmHopLine(call)) }),
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
  const killDoor = await openKillDoor(host, options.log);
  closers.push(() => killDoor.close());
  const facts: RunFile = {
    pid: process.pid,
    botId,
    url: host.url,
    killUrl: killDoor.origin,
    mediaBaseUrl: settings.media.baseUrl ?? host.mediaUrl,
    awsEndpoint: host.awsEndpoint,
    outputs: { ...host.outputs },
    telegramApiRoot: apiRoot,
    amojoOrigin,
    amocrmOrigin,
  };
  if (options.runFile !== undefined) closers.push(await leaveRunFile(options.runFile, facts));
  const killUrl = killDoor.origin;
  return { host, scopeId, killUrl, telegram: telegramSimulator, amocrm: amocrmSimulator, close };
}

function hostsOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map((each) => new URL(each).host))];
}

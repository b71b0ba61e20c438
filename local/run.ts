import { fileURLToPath } from "node:url";
import { leadPlanOf } from "../infra/settings/new-customer.ts";
import { scopeIdOf } from "../lambdas/amocrm/webhook/identify.ts";
import { allowedUpdates } from "../lambdas/telegram/send/inspect-webhook.ts";
import { startHost } from "./host/host.ts";
import type { Host } from "./host/host.ts";
import { findStack, cachedAssembly, synthesize } from "./host/assembly.ts";
import type { OnItemWritten } from "./host/aws/local-aws.ts";
import { hopOfAmocrmCall, hopOfLine, hopOfTelegramCall } from "./hops/hop.ts";
import type { Observe } from "./hops/hop.ts";
import { isFromHere, openServer, post, listen } from "./http.ts";
import { leaveRunFile } from "./run-file.ts";
import type { RunFile } from "./run-file.ts";
import type { Settings } from "./settings.ts";
import { startAmocrmSimulator } from "./simulators/amocrm/server.ts";
import type { AmocrmSimulator } from "./simulators/amocrm/server.ts";
import { startTelegramSimulator } from "./simulators/telegram/server.ts";
import type { TelegramSimulator } from "./simulators/telegram/server.ts";
import type { Listening } from "./http.ts";

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
  /** The real bot whose updates the run takes. */
  readonly ownBot: BotLink | undefined;
  readonly close: () => Promise<void>;
};

/** A real bot, and the address at which people find it. */
type BotLink = { readonly username: string; readonly link: string };

/** The options of a run. */
export type RunOptions = {
  readonly log: (line: string) => void;
  /** Gets everything that happens on the way of messages. */
  readonly observe?: Observe;
  /** Gets the table and the id of each item that a function has changed. */
  readonly onItemWritten?: OnItemWritten;
  readonly onPhase?: (what: string) => void;
  /** An assembly to host. Without it, the run uses one of an earlier run, or synthesizes the app. */
  readonly assemblyRoot?: string;
  /** The file for the run's addresses, which the command line reads. Without it, the run writes none. */
  readonly runFile?: string;
  readonly ownBot?: BotLink | undefined;
  /** Shortens the wait after an attempt that died, including the lease. For tests. */
  readonly visibilityTimeoutSeconds?: number | undefined;
};

/**
 * Synthesizes the app and hosts the bridge of the laptop's stage with the given settings. It
 * starts simulators for vendors without an external address, and waits until both webhooks
 * answer. It calls no vendor.
 */
export async function startRun(settings: Settings, options: RunOptions): Promise<Run> {
  const closers = new AsyncDisposableStack();
  try {
    const run = await start(settings, options, closers);
    return { ...run, close: () => closers.disposeAsync() };
  } catch (error) {
    await closers.disposeAsync();
    throw error;
  }
}

async function start(
  { port, handOff, askPhone, newCustomer, media, telegram, amocrm, ...waiting }: Settings,
  { log, observe = () => undefined, onPhase, runFile, ...options }: RunOptions,
  closers: AsyncDisposableStack,
): Promise<Omit<Run, "close">> {
  // A port that is in use fails before the synthesis, which takes seconds.
  await (await openServer(() => undefined, port)).close();
  const stageName = handOff === "always" ? "laptop" : "laptop-on-request";
  const make: typeof synthesize = (...asked) => {
    onPhase?.("Synthesizing the stack");
    return synthesize(...asked);
  };
  const assemblyRoot =
    options.assemblyRoot ?? (await cachedAssembly(stageName, assemblies, { make }));
  onPhase?.("Starting the stack on this machine");

  let telegramSimulator: TelegramSimulator | undefined;
  if (telegram.apiRoot === undefined) {
    telegramSimulator = await startTelegramSimulator({
      botToken: telegram.botToken,
      onCall: (call) => observe(hopOfTelegramCall(call)),
    });
    closers.defer(telegramSimulator.close);
  }
  let amocrmSimulator: AmocrmSimulator | undefined;
  if (amocrm.amojoOrigin === undefined || amocrm.origin === undefined) {
    amocrmSimulator = await startAmocrmSimulator({
      ...amocrm,
      apiToken: amocrm.apiToken === "" ? "no-token" : amocrm.apiToken,
      onCall: (call) => observe(hopOfAmocrmCall(call)),
    });
    closers.defer(amocrmSimulator.close);
  }
  const apiRoot = telegram.apiRoot ?? telegramSimulator?.root ?? "";
  const amojoOrigin = amocrm.amojoOrigin ?? amocrmSimulator?.origin ?? "";
  const amocrmOrigin = amocrm.origin ?? amocrmSimulator?.origin ?? "";
  const botId = telegram.botToken.split(":", 1)[0] ?? "";
  const scopeId = scopeIdOf(amocrm.channelId, amocrm.accountId);
  const ownHosts = [...new Set([amojoOrigin, amocrmOrigin].map((each) => new URL(each).host))];

  let isReady = false;
  const visibility = options.visibilityTimeoutSeconds;
  const host = await startHost({
    ...findStack(assemblyRoot, stageName),
    port,
    mediaPort: media.port,
    environment: {
      ASK_PHONE: askPhone,
      CONTACT_FIELDS: "{}",
      LEADS: jsonOrNone(leadPlanOf(newCustomer)),
      WORKING_HOURS: jsonOrNone(waiting.workingHours),
      UNANSWERED: jsonOrNone(waiting.unanswered),
      CLOSE_TALKS: jsonOrNone(waiting.closeTalks),
      FINDS_UNANSWERED: waiting.unanswered === undefined ? "no" : "yes",
      TELEGRAM_BOT_ID: botId,
      TELEGRAM_API_ROOT: apiRoot,
      AMOJO_ORIGIN: amojoOrigin,
      AMOCRM_ORIGIN: amocrmOrigin,
      AMOCRM_BOT_ID: amocrm.bot.id,
      AMOCRM_BOT_NAME: amocrm.bot.name,
      MEDIA_ALLOWED_HOSTS: (media.allowedHosts ?? ownHosts).join(","),
      ...(media.baseUrl === undefined ? {} : { MEDIA_BASE_URL: media.baseUrl }),
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
      // Where amoCRM makes the customers, the sender gets no token, as in a deployed stack.
      AmocrmApiTokenSecretId: JSON.stringify({
        token: newCustomer.make === "leave-to-amocrm" ? "" : amocrm.apiToken,
      }),
    },
    visibilityTimeoutSeconds: visibility,
    log: (line) => {
      // The refusals of the two calls below are expected.
      if (!isReady && /SecretTokenRefused|SignatureMalformed/.test(line)) return;
      log(line);
      const hop = hopOfLine(line, Date.now());
      if (hop !== undefined) observe(hop);
    },
    observe: (hop) => {
      if (isReady) observe(hop);
    },
    onItemWritten: options.onItemWritten,
  });
  closers.defer(host.close);
  telegramSimulator?.setWebhook(`${host.url}/telegram`, telegram.webhookSecret, allowedUpdates);
  amocrmSimulator?.setHookUrl(`${host.url}/amocrm/:scope_id`);
  await untilBothAnswer(host.url, scopeId);
  isReady = true;
  const { origin: killUrl, close } = await openKillEndpoint(host, log);
  closers.defer(close);
  if (runFile !== undefined) {
    const facts: RunFile = {
      pid: process.pid,
      botId,
      url: host.url,
      killUrl,
      mediaBaseUrl: media.baseUrl ?? host.mediaUrl,
      awsEndpoint: host.awsEndpoint,
      outputs: { ...host.outputs },
      telegramApiRoot: apiRoot,
      amojoOrigin,
      amocrmOrigin,
      newCustomer,
    };
    closers.defer(await leaveRunFile(runFile, facts));
  }
  const { ownBot } = options;
  return { host, scopeId, killUrl, telegram: telegramSimulator, amocrm: amocrmSimulator, ownBot };
}

function jsonOrNone(setting: object | undefined): string {
  return setting === undefined ? "" : JSON.stringify(setting);
}

/** Makes unsigned calls. A refusal by the functions themselves shows that both are up. */
async function untilBothAnswer(url: string, scopeId: string): Promise<void> {
  const { signal } = new AbortController();
  for (const path of ["/telegram", `/amocrm/${encodeURIComponent(scopeId)}`]) {
    const { status, reason } = await post(url + path, Buffer.alloc(0), {}, 60_000, signal);
    if (status === 401) continue;
    throw new Error(`The webhook ${path.split("/", 2).join("/")} answered: ${reason}.`);
  }
}

/**
 * Opens a loopback address at which `npx bridge kill` ends the processes of a function, as AWS may do at any
 * moment: `POST /processes/<function>/kill` answers `{"killed": <count>}`. Only a JSON request counts: a
 * page in a browser cannot send one to another site without its consent.
 */
export function openKillEndpoint(
  host: Pick<Host, "functions" | "processes">,
  log: (line: string) => void,
): Promise<Listening> {
  return listen(async ({ method, path, headers }) => {
    if (!isFromHere({ headers })) return { status: 403, body: { error: "not from this machine" } };
    const [, stem = ""] = /^\/processes\/([a-z-]+)\/kill$/.exec(path) ?? [];
    if (method !== "POST" || stem === "")
      return { status: 404, body: { error: "no such address" } };
    if (headers["content-type"] !== "application/json") {
      return { status: 415, body: { error: "expected the content type application/json" } };
    }
    if (!host.functions.includes(stem)) {
      const error = `there is no function "${stem}"; there are ${host.functions.join(", ")}`;
      return { status: 404, body: { error } };
    }
    const processes = host.processes(stem);
    for (const pid of processes) process.kill(pid, "SIGKILL");
    log(`${stem}: ${processes.length} process(es) killed on request`);
    return { status: 200, body: { killed: processes.length } };
  });
}

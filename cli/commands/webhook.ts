import type { WebhookInfo } from "grammy/types";
import { findDefaultEndpoint } from "../aws/describe-stack.ts";
import { answerOptions, BadValue, CommandFailure, commandWithVerbs } from "../command.ts";
import type { Given, Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import { print, printable, printableAddress } from "../output.ts";
import type { Line } from "../output.ts";
import { ownBotsIn } from "../stage/laptop.ts";
import { openStage } from "../stage/open-stage.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { openBot, deleteWebhook, findDifferences, findFault } from "../telegram/bot.ts";
import { commandsIn, findCommandDifferences } from "../telegram/commands.ts";
import { formerOf } from "../telegram/former.ts";
import type { Former } from "../telegram/former.ts";
import { planRestoration, restore } from "../telegram/restore.ts";
import type { Restoration } from "../telegram/restore.ts";
import { findKept, planKept, restoreKept } from "../../local/telegram/kept-bot.ts";
import {
  claimBot,
  describeOthers,
  isTaken,
  keepOthers,
  keptSentence,
  lookAtBot,
  menuLine,
  refuseTaken,
} from "../telegram/take-over.ts";
import type { Claim } from "../telegram/take-over.ts";

const options = {
  "take-over": {
    about:
      "takes such a bot over. It stores the replaced parts in the secret telegram-bot: the latest webhook and, for each language, the latest commands of another program",
  },
  url: {
    value: "U",
    about: "the whole address instead of the stack's, for example a tunnel's",
  },
  "secret-file": {
    value: "F",
    notWith: "secret-stdin",
    about:
      "the former webhook's secret_token, which Telegram does not report. Without it, restore sets the webhook without a secret token, and a program that checks it refuses every update until it sets its webhook itself",
  },
  "secret-stdin": { about: "the same, from standard input" },
  "dry-run": { about: "shows what would be restored, and changes nothing" },
  ...answerOptions,
} as const;
type Options = Given<typeof options>;

/** `bridge webhook`: manages the address to which Telegram sends the bot's updates. */
export const webhook = commandWithVerbs({
  about: `Telegram keeps waiting updates for a day. These commands do not drop them.

They refuse a bot that has the webhook or commands of another program, with exit code 1.`,
  options,
  verbs: {
    set: {
      about:
        "gives Telegram the bridge's address and webhook secret, checks the webhook that Telegram then reports, and registers the bot's commands in every language; you can repeat it",
      takes: ["take-over", "url"],
      run: setHere,
    },
    info: {
      about:
        "shows the webhook that Telegram reports; exit code 1 when the webhook or the commands are not this bridge's",
      takes: ["url"],
      run: showInfo,
    },
    delete: {
      about: "deletes the webhook; the commands stay",
      takes: ["take-over"],
      run: remove,
    },
    restore: {
      about:
        "restores the webhook and the commands that --take-over replaced. Without --stage, it first gives back the webhook that npm start -- --telegram took",
      takes: ["secret-file", "secret-stdin", "dry-run"],
      run: restoreWebhook,
    },
  },
  examples: ["webhook set --stage dev --bridge main"],
});

async function claimOf(given: Options, terminal: Terminal) {
  const { stage, secrets, answer } = await openStage(given, terminal);
  const address = given.url ?? addressOf(stage.outputs.WebhookUrl, "/telegram");
  const bot = await openBot(stage, secrets);
  const claim: Claim = { stage, bot, secrets, address, now: Date.now, findDefaultEndpoint };
  return { claim, answer };
}

async function setHere(options: Options, terminal: Terminal): Promise<void> {
  const { claim, answer } = await claimOf(options, terminal);
  const { stage, address } = claim;
  const fault = findFault(address, stage.telegramApiRoot);
  if (fault !== undefined) {
    throw options.url === undefined ? new CommandFailure(fault) : new BadValue(`--url: ${fault}`);
  }
  const commands = commandsIn("en", stage.outputs.HandOff).map(({ command }) => command);
  const { info, changed, commandsChanged, found } = await claimBot(claim, async (others) => {
    if (!options["take-over"]) refuseTaken(stage, others, "webhook set");
  });
  const tookOver = isTaken(found);
  const facts = { ...factsOf(info, address), commands, commandsChanged, tookOver };
  answer({ changed, ...facts }, [
    changed ? `set: ${address}` : `was already set, and was set again: ${address}`,
    `commands ${commandsChanged ? "set" : "already set"}: /${commands.join(" /")}`,
    tookOver && `taken over: ${describeOthers(found)}; ${keptSentence(stage)}`,
  ]);
}

async function remove(options: Options, terminal: Terminal): Promise<void> {
  const { claim, answer } = await claimOf(options, terminal);
  const { stage, bot } = claim;
  const found = await lookAtBot(claim);
  const tookOver = found.whose === "another's";
  if (tookOver) {
    if (!options["take-over"]) refuseTaken(stage, found, "webhook delete");
    await keepOthers(claim, found);
  }
  const { outcome, was: url } = await deleteWebhook(bot);
  const changed = outcome === "deleted";
  const was = tookOver ? printableAddress(url) : url;
  answer({ changed, was, tookOver }, [
    changed ? `deleted: ${was}` : "there was no webhook",
    tookOver && `taken over: ${keptSentence(stage)}`,
  ]);
}

async function showInfo(options: Options, terminal: Terminal): Promise<void> {
  const { claim, answer } = await claimOf(options, terminal);
  const { stage, bot, secrets, address } = claim;
  const found = await lookAtBot(claim);
  const { info } = found;
  const differences = [
    ...findDifferences(info, address),
    ...(await findCommandDifferences(bot, stage.outputs.HandOff)),
  ];
  const isOurs = info.url === address;
  const facts = factsOf(info, address);
  const kept = formerOf(await secrets.read("telegram-bot"), stage.botId);
  const former = kept === undefined ? null : factsOfFormer(kept);
  answer({ ...facts, isOurs, differences, former }, [
    `url              ${facts.url === "" ? "none" : facts.url}`,
    `this bridge's    ${isOurs ? "yes" : "no"}`,
    `allowed updates  ${facts.allowedUpdates.join(", ") || "Telegram's default"}`,
    `waiting updates  ${facts.pendingUpdateCount}`,
    `last error       ${facts.lastErrorAt === null ? "none" : `${facts.lastErrorAt} ${facts.lastErrorMessage}`}`,
    kept && `stored           ${lineOfFormer(kept)}; ${commandOn(stage, "webhook restore")}`,
  ]);
  if (differences.length === 0) return;
  const takeOver = isTaken(found) ? " --take-over" : "";
  const url = options.url === undefined ? "" : " --url …";
  const fix = commandOn(stage, `webhook set${takeOver}${url}`);
  throw new CommandFailure(`${differences.join("; ")}; fix it with ${fix}`);
}

/** The webhook as Telegram reports it, safe to print. The bridge's own address is shown in full. */
function factsOf(info: WebhookInfo, own: string) {
  const { last_error_date: errorSeconds } = info;
  return {
    url: info.url === own ? own : printableAddress(info.url ?? ""),
    allowedUpdates: info.allowed_updates ?? [],
    pendingUpdateCount: info.pending_update_count,
    lastErrorAt: errorSeconds === undefined ? null : new Date(errorSeconds * 1000).toISOString(),
    lastErrorMessage:
      info.last_error_message === undefined ? null : printable(info.last_error_message),
  };
}

async function restoreWebhook(options: Options, terminal: Terminal): Promise<void> {
  const { "dry-run": isDryRun } = options;
  const secretToken = await readSecretToken(options, terminal);
  if (options.stage === undefined && (await restoreOwnBots(options, terminal, secretToken))) return;
  const { claim, answer } = await claimOf(options, terminal);
  const { stage } = claim;
  const plan = await planRestoration(claim, secretToken);
  if (!isDryRun) await restore(claim, plan, secretToken);

  const { former, webhook } = plan;
  const hasSecretToken = secretToken !== undefined;
  const facts = { dryRun: isDryRun, webhook, ...factsOfFormer(former) };
  const isLeft = !isDryRun && (webhook === "set" || webhook === "delete");
  answer({ ...facts, hasSecretToken }, [
    isDryRun ? "Nothing was changed. This would be restored:" : "Restored:",
    `webhook  ${webhookLine(plan)}`,
    `menu     ${menuLine(commandsOf(former))}${plan.menus.length === 0 ? ", which the bot already has" : ""}`,
    ...notes(plan, hasSecretToken).map((note) => note && `note     ${note}`),
    isLeft && whatNow(stage),
  ]);
}

/** Gives back the real bots that laptop runs have taken over. False when there is none. */
async function restoreOwnBots(
  { "dry-run": isDryRun, json }: Options,
  terminal: Terminal,
  secretToken: string | undefined,
): Promise<boolean> {
  const kept = await findKept(ownBotsIn(terminal.env));
  if (secretToken !== undefined && kept.length > 1) {
    const ids = kept.map(({ botId }) => botId).join(", ");
    throw new CommandFailure(
      `the secret token is of one bot, but the webhooks of ${ids} are stored: restore without it, then set that webhook in its own program`,
    );
  }
  for (const own of kept) {
    const plan = await planKept(own, secretToken);
    if (!isDryRun) await restoreKept(own, plan, secretToken);
    const hasSecretToken = secretToken !== undefined;
    const facts = { dryRun: isDryRun, webhook: plan.webhook, ...factsOfFormer(plan.former) };
    print(terminal, json, { botId: own.botId, ...facts, hasSecretToken }, [
      isDryRun ? "Nothing was changed. This would be restored:" : "Restored:",
      `bot      ${own.botId}`,
      `webhook  ${webhookLine(plan)}`,
      ...notes(plan, hasSecretToken).map((note) => note && `note     ${note}`),
    ]);
  }
  return kept.length > 0;
}

async function readSecretToken(
  { "secret-file": file, "secret-stdin": isPiped }: Options,
  terminal: Terminal,
): Promise<string | undefined> {
  if (file === undefined && !isPiped) return undefined;
  const value = (await readSecret(file, terminal)).toString("utf8");
  if (/^[A-Za-z0-9_-]{1,256}$/.test(value)) return value;
  throw new BadValue("--secret-file: expected 1-256 characters of A-Z a-z 0-9 _ -");
}

/** The stored facts about a bot, safe to print. */
function factsOfFormer(former: Former) {
  const { keptAtMillis, webhook } = former;
  return {
    formerUrl: webhook === undefined ? null : printableAddress(webhook.url),
    formerCommands: commandsOf(former),
    keptAt: new Date(keptAtMillis).toISOString(),
  };
}

function lineOfFormer(former: Former): string {
  const { formerUrl, formerCommands, keptAt } = factsOfFormer(former);
  const url = formerUrl === "" ? "no webhook" : formerUrl;
  const menu = `menu ${menuLine(formerCommands)}`;
  return [...(url === null ? [] : [url]), menu, `of ${keptAt}`].join(", ");
}

function commandsOf({ menus }: Former): readonly string[] {
  const names = Object.values(menus).flatMap((menu) => menu.map(({ command }) => command));
  return [...new Set(names)];
}

function webhookLine({ former: { webhook: former }, webhook: how }: Restoration): string {
  if (former === undefined)
    return "this bridge's webhook stays: only the menu belonged to another program";
  if (former.url === "") return "none, as before: a program can read updates by getUpdates";
  const address = printableAddress(former.url);
  if (how === "leave") return `${address}, which the bot already has; its secret token stays`;
  const kinds = former.allowedUpdates.join(", ") || "Telegram's default";
  return `${address}, allowed updates: ${kinds}`;
}

/** Notes about the facts of a webhook that Telegram does not report. The restore cannot give them back. */
function notes({ former, webhook: how }: Restoration, hasSecretToken: boolean): readonly Line[] {
  if (how !== "set" || former.webhook === undefined) return [];
  const { hasOwnCertificate, ipAddress } = former.webhook;
  const ownSet = "until the program sets its webhook itself";
  return [
    hasSecretToken
      ? "with the given secret token"
      : `without a secret token (--secret-file), because Telegram does not report the old secret_token: a program that checks it refuses every update ${ownSet}`,
    hasOwnCertificate &&
      `without the webhook's own certificate, because Telegram does not report it: ${ownSet}`,
    ipAddress !== undefined &&
      `Telegram called it at ${ipAddress}; it does not report whether this address was set (ip_address)`,
  ];
}

function whatNow(stage: Stage): string {
  const leave = commandOn(stage, "disconnect");
  const again = commandOn(stage, "webhook set --take-over");
  return `The bridge receives nothing from Telegram now, and its alarm WebhookTakenAway starts within the hour. To leave it so, disconnect the bridge from amoCRM with ${leave}. To take the bot over again, use ${again}.`;
}

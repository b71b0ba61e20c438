import type { WebhookInfo } from "grammy/types";
import { BadValue, CommandFailure, readOptions, readVerb } from "../command.ts";
import type { Command } from "../command.ts";
import { print, printable, printableAddress } from "../output.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { findStage } from "../stage/find-stage.ts";
import { addressOf, commandOn, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { deleteWebhook, setWebhook } from "../telegram/change-webhook.ts";
import { commandsIn, findCommandDifferences, setCommands } from "../telegram/commands.ts";
import { openBot } from "../telegram/open-bot.ts";
import { findDifferences, findFault } from "../telegram/webhook-state.ts";

/** `bridge webhook`: where Telegram sends the bot's updates. */
export const webhook: Command = {
  summary: "set, check or delete the bot's webhook at Telegram, and set its commands",
  help: `Usage: npx bridge webhook set    [--url U] [--stage S] [--bridge B] [--json]
       npx bridge webhook info   [--url U] [--stage S] [--bridge B] [--json]
       npx bridge webhook delete [--stage S] [--bridge B] [--json]

set     tells Telegram the bridge's address and webhook secret, then checks what Telegram made of
        it, and registers the bot's commands in every language; may be repeated at will
info    shows what Telegram knows; exit code 1 when that is not this bridge's webhook and commands
delete  takes the webhook away; the commands stay
No update that waits at Telegram is dropped; it keeps them for a day.

  --url      the whole address in place of the stack's, such as a tunnel's
${stageHelp()}
Example: npx bridge webhook set --stage dev --bridge main
`,
  async run(args, terminal) {
    const { verb, rest } = readVerb(args, ["set", "info", "delete"]);
    const own = verb === "delete" ? [] : (["url"] as const);
    const options = readOptions(rest, [...stageOptions, ...own], ["json"]);
    const stage = await findStage(options, terminal);
    const address = options.url ?? addressOf(stage.outputs.WebhookUrl, "/telegram");
    if (verb === "set") refuseUncallable(stage, options.url, address);
    const secrets = new StageSecrets(stage);
    const bot = await openBot(stage, secrets);
    const about = nameOf(stage);
    const { HandOff: handOff } = stage.outputs;
    const commands = commandsIn("en", handOff).map(({ command }) => command);

    if (verb === "delete") {
      const { info, changed } = await deleteWebhook(bot);
      const was = printableAddress(info.url ?? "");
      const line = changed ? `deleted: ${was}` : "there was no webhook";
      print(terminal, options.json, { ...about, changed, was }, [line]);
      return 0;
    }
    if (verb === "set") {
      const { info, changed } = await setWebhook(stage, bot, secrets, address);
      const commandsChanged = await setCommands(bot, handOff);
      const answer = { ...about, changed, ...factsOf(info), commands, commandsChanged };
      print(terminal, options.json, answer, [
        changed ? `set: ${address}` : `already set, and set again: ${address}`,
        `commands ${commandsChanged ? "set" : "already set"}: /${commands.join(" /")}`,
      ]);
      return 0;
    }
    const info = await bot.call((api) => api.getWebhookInfo());
    const differences = [
      ...findDifferences(info, address),
      ...(await findCommandDifferences(bot, handOff)),
    ];
    const isOurs = info.url === address;
    const facts = factsOf(info);
    print(terminal, options.json, { ...about, ...facts, isOurs, differences }, [
      `url              ${facts.url === "" ? "none" : facts.url}`,
      `this bridge's    ${isOurs ? "yes" : "no"}`,
      `allowed updates  ${facts.allowedUpdates.join(", ") || "Telegram's default"}`,
      `waiting updates  ${facts.pendingUpdateCount}`,
      `last error       ${facts.lastErrorAt === null ? "none" : `${facts.lastErrorAt} ${facts.lastErrorMessage}`}`,
    ]);
    if (differences.length === 0) return 0;
    throw new CommandFailure(`${differences.join("; ")}; mend it with ${mend(stage, options.url)}`);
  },
};

function refuseUncallable(stage: Stage, given: string | undefined, address: string): void {
  const fault = findFault(address, stage.telegramApiRoot);
  if (fault === undefined) return;
  if (given !== undefined) throw new BadValue(`--url: ${fault}`);
  throw new CommandFailure(fault);
}

/** What Telegram knows, fit to print. */
function factsOf(info: WebhookInfo) {
  const { last_error_date: errorSeconds } = info;
  return {
    url: printableAddress(info.url ?? ""),
    allowedUpdates: info.allowed_updates ?? [],
    pendingUpdateCount: info.pending_update_count,
    lastErrorAt: errorSeconds === undefined ? null : new Date(errorSeconds * 1000).toISOString(),
    lastErrorMessage:
      info.last_error_message === undefined ? null : printable(info.last_error_message),
  };
}

function mend(stage: Stage, url: string | undefined): string {
  return commandOn(stage, `webhook set${url === undefined ? "" : " --url …"}`);
}

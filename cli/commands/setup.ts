import { setTimeout as pause } from "node:timers/promises";
import { checkAccountId } from "../amocrm/account-id.ts";
import { askerAt } from "../ask.ts";
import { BadValue, readOptions, UsageError } from "../command.ts";
import type { Command, Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import { progressOn } from "../progress.ts";
import { chooseField } from "../secrets/secret-plans.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { setUp } from "../setup/set-up.ts";
import { sameCommand } from "../setup/step.ts";
import type { Given } from "../setup/step.ts";
import { findStage } from "../stage/find-stage.ts";
import { stageHelp, stageOptions } from "../stage/stage.ts";
import { readLanguage } from "./registration-letter.ts";

const names = [
  "bot-token-file",
  "channel-id-file",
  "channel-secret-file",
  "api-token-file",
  "account-id",
  "title",
  "letter-file",
  "language",
  ...stageOptions,
] as const;
const flags = ["bot-token-stdin", "non-interactive", "take-over"] as const;

/** `bridge setup`: sets up a deployed stack until its first message. */
export const setup: Command = {
  help: `Usage: npx bridge setup [--stage S] [--bridge B] [--non-interactive] [options]

Asks for missing values and checks each value with Telegram or amoCRM before it stores it. Connects
the channel, sets the webhook and the bot's commands, then sends a test message to both webhooks
at the public address and shows each hop. It skips finished steps, so you can stop it (Ctrl-C) and
start it again at any time. Until amoCRM support has sent the channel's id and secret, it writes the
letter to support and ends with exit code 1.

It takes no secret as an argument: type it (it is not shown), or give it in a file or a pipe.

  --non-interactive      asks no questions; this is the default when standard input is no keyboard.
                         A missing value gives an error with exit code 1
  --take-over            replaces the webhook and commands of another program without a question, and
                         stores them: bridge webhook restore restores them. Without this option and
                         without questions, setup refuses such a bot
  --bot-token-file F     the bot's token; or --bot-token-stdin, from standard input
  --channel-id-file F    the channel's id from amoCRM support
  --channel-secret-file F  the channel's secret from amoCRM support
  --api-token-file F     long-lived token of the integration; optional
  --account-id A         the account's id in the chat service (amojo_id), if there is no API token
  --title T              name of the channel in the account; default: the channel's own name
  --letter-file F        file for the letter to amoCRM support
  --language ru|en       language of that letter; default: the language of that support
${stageHelp(23)}
Example: npx bridge setup --stage dev
`,
  async run(args, terminal) {
    const options = readOptions(args, names, flags);
    const given = await readGiven(options, terminal);
    const stage = await findStage(options, terminal);
    const stopped = `stopped: the values reported above as stored are stored; continue later with ${sameCommand(stage)}`;
    const progress = progressOn(terminal);
    await setUp({
      stage,
      secrets: new StageSecrets(stage),
      given,
      asker: options["non-interactive"] === true ? undefined : askerAt(terminal, stopped),
      say: (line) => {
        progress.end();
        terminal.stdout.write(`${line}\n`);
      },
      waitingFor: (what) => progress.show(what),
      now: Date.now,
      pause: async (millis) => {
        await pause(millis);
      },
      sleep: terminal.sleep ?? pause,
    }).finally(() => progress.end());
    return 0;
  },
};

type Options = { readonly [name in (typeof names)[number]]?: string } & {
  readonly [flag in (typeof flags)[number]]?: boolean;
};

async function readGiven(options: Options, terminal: Terminal): Promise<Given> {
  const { title, language, "account-id": accountId } = options;
  if (accountId !== undefined) checkAccountId(accountId);
  if (title === "") throw new BadValue("--title: expected a name");
  const isPiped = options["bot-token-stdin"] === true;
  if (isPiped && options["bot-token-file"] !== undefined) {
    throw new UsageError("expected either --bot-token-file F or --bot-token-stdin");
  }
  const read = async (option: keyof typeof secretsByOption) => {
    const file = options[option];
    if (file === undefined && !(option === "bot-token-file" && isPiped)) return undefined;
    const value = (await readSecret(file, terminal, option)).toString("utf8");
    const { name, field } = secretsByOption[option];
    const { plan } = chooseField(name, field);
    if (!plan.shape.test(value)) throw new BadValue(`--${option}: ${plan.expected}`);
    return value;
  };
  return {
    botToken: await read("bot-token-file"),
    apiToken: await read("api-token-file"),
    channelId: await read("channel-id-file"),
    channelSecret: await read("channel-secret-file"),
    accountId,
    title,
    letterFile: options["letter-file"],
    language: language === undefined ? undefined : readLanguage(language),
    takeOver: options["take-over"] === true,
  };
}

const secretsByOption = {
  "bot-token-file": { name: "telegram-bot", field: "token" },
  "api-token-file": { name: "amocrm-api", field: "token" },
  "channel-id-file": { name: "amocrm-channel", field: "channelId" },
  "channel-secret-file": { name: "amocrm-channel", field: "current" },
} as const;

import type { Registration } from "../../infra/settings/registration.ts";
import { setTimeout as pause } from "node:timers/promises";
import { accountOptions } from "../amocrm/call.ts";
import { askerAt } from "../ask.ts";
import { BadValue, command, CommandFailure, stageOptions } from "../command.ts";
import type { Given, Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import { letterLanguages } from "../letter.ts";
import { progressOn } from "../output.ts";
import { chooseField, findFieldFault } from "../secrets.ts";
import { setUp } from "../setup/set-up.ts";
import type { GivenValues } from "../setup/step.ts";
import { chooseBridge } from "../stage/deployed-stage.ts";
import { findStage, knownStages, openStage } from "../stage/open-stage.ts";
import { commandOn, laptop } from "../stage/stage.ts";
import { howToUpload, writeWidget } from "../widget/archive.ts";
import { readLanguage } from "./registration-letter.ts";

const setupOptions = {
  "bot-token-file": { value: "F", notWith: "bot-token-stdin", about: "the bot's token" },
  "bot-token-stdin": { about: "the same, from standard input" },
  "channel-id-file": { value: "F", about: "the channel's id from amoCRM support" },
  "channel-secret-file": { value: "F", about: "the channel's secret from amoCRM support" },
  "api-token-file": { value: "F", about: "long-lived token of the integration; optional" },
  ...accountOptions,
  "widget-archive": {
    value: "DIR",
    about:
      "only writes widget.zip into that folder and says where to upload it: with it, the integration may have sources of leads. It needs no deployed stack",
  },
  "letter-file": { value: "F", about: "file for the letter to amoCRM support" },
  language: {
    value: letterLanguages.join("|"),
    about: "language of that letter; default: the language of that support",
  },
  "take-over": {
    about:
      "replaces the webhook and commands of another program without a question, and stores them: bridge webhook restore restores them. Without this option and without questions, setup refuses such a bot",
  },
  "non-interactive": {
    about:
      "asks no questions; this is the default when standard input is no keyboard. A missing value gives an error with exit code 1",
  },
  ...stageOptions,
} as const;

/** `bridge setup`: sets up a deployed stack until its first message. */
export const setup = command({
  about: `Asks for missing values and checks each value with Telegram or amoCRM before it stores it. Connects
the channel, makes the missing fields of contacts and sources of leads in the account, sets the webhook
and the bot's commands, then sends a test message to both webhooks at the public address and shows each
hop. It skips finished steps, so you can stop it (Ctrl-C) and
start it again at any time. Until amoCRM support has sent the channel's id and secret, it writes the
letter to support and ends with exit code 1.

It takes no secret as an argument: type it (it is not shown), or give it in a file or a pipe.`,
  options: setupOptions,
  examples: ["setup --stage dev"],
  async run(options, terminal) {
    const folder = options["widget-archive"];
    if (folder !== undefined) {
      const file = await writeWidget(folder, await findRegistration(options, terminal), Date.now());
      terminal.stdout.write(`${howToUpload(file).join("\n")}\n`);
      return;
    }
    const given = await readGiven(options, terminal);
    const { stage, secrets } = await openStage(options, terminal);
    const stopped = `stopped: the values reported above as stored are stored; continue later with ${commandOn(stage, "setup")}`;
    const progress = progressOn(terminal);
    await setUp({
      stage,
      secrets,
      given,
      asker: options["non-interactive"] ? undefined : askerAt(terminal, stopped),
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
  },
});

/** The facts about the channel, of a deployed stage or of one that is not deployed yet. */
async function findRegistration(
  options: Pick<Given<typeof setupOptions>, "stage" | "bridge">,
  terminal: Terminal,
): Promise<Registration> {
  const { stage = laptop, bridge } = options;
  const registration =
    stage === laptop
      ? (await findStage(options, terminal)).registration
      : chooseBridge({ stage, bridge }, await knownStages()).bridge.amocrm.registration;
  if (registration !== undefined) return registration;
  throw new CommandFailure(
    "the stage has no amocrm.registration: the archive needs its serviceName and email",
    "add it in infra/stages.ts",
  );
}

const secretsByOption = {
  "bot-token-file": { name: "telegram-bot", field: "token" },
  "api-token-file": { name: "amocrm-api", field: "token" },
  "channel-id-file": { name: "amocrm-channel", field: "channelId" },
  "channel-secret-file": { name: "amocrm-channel", field: "current" },
} as const;

async function readGiven(
  options: Given<typeof setupOptions>,
  terminal: Terminal,
): Promise<GivenValues> {
  const { title, language, "account-id": accountId } = options;
  const isPiped = options["bot-token-stdin"];
  const read = async (option: keyof typeof secretsByOption) => {
    const file = options[option];
    if (file === undefined && !(option === "bot-token-file" && isPiped)) return undefined;
    const value = (await readSecret(file, terminal, option)).toString("utf8");
    const { name, field } = secretsByOption[option];
    const fault = findFieldFault(chooseField(name, field).plan, value);
    if (fault !== undefined) throw new BadValue(`--${option}: ${fault}`);
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
    takeOver: options["take-over"],
  };
}

import { askerAt } from "../ask.ts";
import { accountOptions } from "../amocrm/call.ts";
import { disconnect } from "../amocrm/connection.ts";
import { inWordsOf, vendorOf } from "../amocrm/vendor.ts";
import { answerOptions, command, CommandFailure } from "../command.ts";
import type { Terminal } from "../command.ts";
import { printableAddress } from "../output.ts";
import { textOf } from "../secrets.ts";
import type { SecretName, SecretFields, SecretStore } from "../secrets.ts";
import { openStage } from "../stage/open-stage.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { deleteWebhook, openBot } from "../telegram/bot.ts";
import { formerOf } from "../telegram/former.ts";

/** `bridge disconnect`: removes the settings that setup made at the vendors. */
export const disconnectCommand = command({
  about: `Deletes this bridge's webhook at Telegram, disconnects the channel from the amoCRM account and
deletes the scope id. You can repeat it. bridge setup connects everything again.

These stay: the stack with its tables, files, queues and parked events; the bot's commands; the
secrets, without --forget-secrets. The sender still delivers operators' messages that were accepted
before. Customers' messages that were accepted and are not in amoCRM yet, and delivery states, need
the connection: the sender retries them for 10 days, then parks them. Telegram keeps customers' new
messages for a day, and sends them if the webhook is set again within that day.`,
  options: {
    yes: {
      about: "disconnects without a question; without a keyboard and without --yes, exit code 1",
    },
    "forget-secrets": {
      about:
        "also empties the bot token, the channel's id and secret, and the API token; then the sender cannot deliver the events in the queues. It also deletes the data for bridge webhook restore: run that command first",
    },
    "account-id": {
      ...accountOptions["account-id"],
      about: "the account's id in the chat service (amojo_id), if the scope id does not contain it",
    },
    ...answerOptions,
  },
  examples: ["disconnect --yes --stage dev --bridge main"],
  async run(options, terminal) {
    const { "account-id": accountId, "forget-secrets": forgets } = options;
    const { stage, secrets, answer } = await openStage(options, terminal);
    if (!options.yes) await confirm(stage, secrets, forgets, terminal);

    const failures: string[] = [];
    // A refusal by one vendor must not stop the disconnection from the other.
    const webhook = await attempt(failures, () => leaveTelegram(stage, secrets));
    const leaveAmocrm = () => disconnect(stage, secrets, accountId, new Date());
    const channel = await attempt(failures, leaveAmocrm);
    const forgotten = forgets && failures.length === 0 ? await forgetIssued(secrets) : [];
    answer({ webhook: webhook?.outcome, channel, forgotten }, [
      webhook && `Telegram: ${webhook.line}`,
      channel && `${vendorOf(stage).name}: ${channelLines[channel]}`,
      forgotten.length > 0 &&
        `forgotten: ${forgotten.join(", ")} (${inWordsOf(vendorOf(stage), lastVersion)})`,
      webhook?.hasFormer && formerLine(stage, forgotten.includes("telegram-bot")),
    ]);
    if (failures.length > 0) throw new CommandFailure(failures.join("; "));
  },
});

const channelLines = {
  disconnected: "the channel is disconnected and its scope id is deleted",
  "not-connected": "the channel was not connected",
};
const nothingChanged = "nothing was changed";
const lastVersion =
  "Secrets Manager keeps the previous version; revoke the tokens at Telegram and amoCRM";

function formerLine(stage: Stage, isLost: boolean): string {
  return isLost
    ? "also forgotten: the webhook and menu that the bot had before this bridge"
    : `The webhook and menu that the bot had before this bridge are stored: ${commandOn(stage, "webhook restore")} restores them.`;
}

async function confirm(
  stage: Stage,
  secrets: SecretStore,
  forgets: boolean,
  terminal: Terminal,
): Promise<void> {
  const { host } = new URL(stage.outputs.WebhookUrl);
  const isLosing = forgets && (await hasFormer(stage, secrets));
  const former = isLosing ? ", and the webhook and menu that the bot had before this bridge" : "";
  const { name } = vendorOf(stage);
  const forgetting = forgets ? ` and delete the secrets of Telegram and ${name}${former}` : "";
  const plan = `disconnect ${host} from Telegram and ${name}${forgetting}`;
  const asker = askerAt(terminal, nothingChanged);
  if (asker === undefined) throw new CommandFailure(`this would ${plan}: repeat it with --yes`);
  const isSure = await asker.isYes(`This will ${plan}. Go on?`, false);
  if (!isSure) throw new CommandFailure(nothingChanged);
}

async function attempt<Result>(
  failures: string[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    failures.push(error.message);
    return undefined;
  }
}

async function hasFormer({ botId }: Stage, secrets: SecretStore): Promise<boolean> {
  return formerOf(await secrets.read("telegram-bot"), botId) !== undefined;
}

async function leaveTelegram(stage: Stage, secrets: SecretStore) {
  if (textOf(await secrets.read("telegram-bot"), "token") === "") {
    const line = "no bot token is stored, so Telegram was not called";
    return { outcome: "no-token", line, hasFormer: false } as const;
  }
  const address = addressOf(stage.outputs.WebhookUrl, "/telegram");
  const { outcome, was } = await deleteWebhook(await openBot(stage, secrets), address);
  const remove = commandOn(stage, "webhook delete --take-over");
  const lines = {
    deleted: `the webhook ${address} is deleted`,
    none: "there was no webhook",
    "not-ours": `the webhook ${printableAddress(was)} belongs to another program and stays; ${remove} deletes it`,
  };
  return { outcome, line: lines[outcome], hasFormer: await hasFormer(stage, secrets) } as const;
}

/**
 * The empty form of the secrets that vendors issued, as the stack creates them. The bridge's own
 * webhook secret stays.
 */
const empty: Readonly<Partial<Record<SecretName, SecretFields>>> = {
  "telegram-bot": { token: "" },
  "amocrm-channel": { channelId: "", scopeId: "", current: "" },
  "amocrm-api": { token: "" },
};

/**
 * Empties the secrets that vendors issued and answers the names of those that held a value. Secrets
 * Manager itself keeps the previous version.
 */
async function forgetIssued(secrets: SecretStore): Promise<readonly SecretName[]> {
  const forgotten: SecretName[] = [];
  for (const [name, fields] of Object.entries(empty) as [SecretName, SecretFields][]) {
    const before = await secrets.read(name);
    if (Object.values(before).every((value) => value === "")) continue;
    await secrets.write(name, fields);
    forgotten.push(name);
  }
  return forgotten;
}

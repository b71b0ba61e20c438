import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { textOf } from "../../cli/secrets.ts";
import type { SecretFields, SecretStore } from "../../cli/secrets.ts";
import { laptop } from "../../cli/stage/stage.ts";
import { deleteWebhook, openBotWith } from "../../cli/telegram/bot.ts";
import type { Bot } from "../../cli/telegram/bot.ts";
import { formerOf, withFormer, writeBotSecret } from "../../cli/telegram/former.ts";
import { planWebhook, restore } from "../../cli/telegram/restore.ts";
import type { Restoration } from "../../cli/telegram/restore.ts";
import { asFormer } from "../../cli/telegram/take-over.ts";
import { printableAddress } from "../../cli/output.ts";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { holderOf, syncFolder, writeDurably } from "./journal.ts";

/** Where runs with real bots keep what must survive them: one folder for each bot. */
export const ownBotsFolder = fileURLToPath(new URL("../../.local/telegram", import.meta.url));

/** More waiting updates are most likely another program's customers, not a person who tries the bridge. */
export const mostPending = 100;

/** A bot that a run reads or has read. */
export type OwnBot = {
  readonly folder: string;
  readonly botId: string;
  readonly apiRoot: string;
  readonly token: string;
};

/** The folder of a bot. */
export function folderOf(root: string, botId: string): string {
  return join(root, botId);
}

/** A bot's Bot API. A refusal becomes a sentence without the token. */
export function apiOf(own: OwnBot): Bot {
  return openBotWith(stageOf(own), own.token);
}

/**
 * Takes the webhook of another program away, and stores it first, with the token that can give it back.
 * It never drops the updates that wait at Telegram. May be repeated after it stopped anywhere. Answers the
 * address that it took away, or an empty text.
 */
export async function takeWebhook(
  own: OwnBot & { readonly agreedUrl: string },
  now: () => number,
): Promise<string> {
  const bot = apiOf(own);
  const secrets = fileStore(own.folder);
  const info = await bot.call((api) => api.getWebhookInfo());
  const { url = "", pending_update_count: pending } = info;
  const known = { token: own.token, apiRoot: own.apiRoot };
  const stored = formerOf(await secrets.read("telegram-bot"), own.botId);
  if (url === "") {
    // The token may be another one than at the time of the takeover. Only the present one can give it back.
    if (stored !== undefined) {
      await writeBotSecret(secrets, withFormer(known, own.botId, stored));
    }
    return "";
  }
  if (url !== own.agreedUrl || pending > mostPending) {
    throw new Error(
      `Meanwhile the bot's webhook is ${printableAddress(url)}, and ${pending} updates wait. Nothing was changed: start again to be asked.`,
    );
  }
  const former = { keptAtMillis: now(), webhook: asFormer(info), menus: {} };
  await writeBotSecret(secrets, withFormer(known, own.botId, former));
  await deleteWebhook(bot, url);
  return url;
}

/** The bots whose former webhook is stored. */
export async function findKept(root: string): Promise<readonly OwnBot[]> {
  const names = await readdir(root).catch(() => []);
  const kept = [];
  for (const botId of names.filter((name) => /^\d+$/.test(name))) {
    const folder = folderOf(root, botId);
    const fields = await fileStore(folder).read("telegram-bot");
    if (formerOf(fields, botId) === undefined) continue;
    const [token, apiRoot] = [textOf(fields, "token"), textOf(fields, "apiRoot")];
    kept.push({ folder, botId, apiRoot, token });
  }
  return kept;
}

/** Whether the bot's former webhook is stored. */
export async function isKept({ folder, botId }: OwnBot): Promise<boolean> {
  return formerOf(await fileStore(folder).read("telegram-bot"), botId) !== undefined;
}

/** How many updates a stopped run has left in a bot's journal. */
export async function countLeft({ folder }: Pick<OwnBot, "folder">): Promise<number> {
  const texts = (await readdir(join(folder, "updates")).catch(() => [])).map((file) =>
    readFile(join(folder, "updates", file), "utf8"),
  );
  return (await Promise.all(texts)).filter((text) => text !== "").length;
}

/** Whether a living run reads the bot. */
export async function isInUse({ folder }: Pick<OwnBot, "folder">): Promise<boolean> {
  return (await holderOf(folder)) !== undefined;
}

/** Finds how to give a bot's stored webhook back. It changes nothing. */
export async function planKept(own: OwnBot, secretToken: string | undefined): Promise<Restoration> {
  const former = formerOf(await fileStore(own.folder).read("telegram-bot"), own.botId);
  if (former === undefined) throw new Error(`nothing is stored for bot ${own.botId}`);
  const info = await apiOf(own).call((api) => api.getWebhookInfo());
  const whose = (info.url ?? "") === "" ? "none" : "another's";
  return { former, webhook: planWebhook(former, { info, whose }, secretToken), menus: [] };
}

/** Gives a bot's stored webhook back, and forgets it and the token. May be repeated. */
export async function restoreKept(
  own: OwnBot,
  plan: Restoration,
  secretToken: string | undefined,
): Promise<void> {
  const secrets = fileStore(own.folder);
  await restore({ stage: stageOf(own), bot: apiOf(own), secrets }, plan, secretToken);
}

function stageOf({ botId, apiRoot }: OwnBot) {
  return { name: laptop, bridge: undefined, botId, telegramApiRoot: apiRoot };
}

/** The secret of a bot as a file that only its owner may read. There is none when nothing is stored. */
function fileStore(folder: string): SecretStore {
  const path = join(folder, "taken-over.json");
  return {
    read: async () => {
      const text = await readFile(path, "utf8").catch(() => "{}");
      return parseObject(Buffer.from(text)) ?? {};
    },
    async write(_name, fields: SecretFields) {
      if (fields["former"] === undefined) return rm(path, { force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(`${path}.half`, JSON.stringify(fields));
      await rename(`${path}.half`, path);
      await syncFolder(dirname(path));
    },
  };
}

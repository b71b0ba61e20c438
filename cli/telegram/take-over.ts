import type { WebhookInfo } from "grammy/types";
import { CommandFailure } from "../command.ts";
import { printable, printableAddress } from "../output.ts";
import type { SecretStore } from "../secrets.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { setWebhook } from "./bot.ts";
import type { Bot } from "./bot.ts";
import { commandsIn, menuLanguages, namesIn, readMenus, setCommands } from "./commands.ts";
import type { MenuLanguage, Menus } from "./commands.ts";
import { formerOf, mergeFormer, ownOf, withFormer, withOwn, writeBotSecret } from "./former.ts";
import type { FormerWebhook } from "./former.ts";

/** A bot, and the bridge that wants it. */
export type Claim = {
  readonly stage: Stage;
  readonly bot: Bot;
  readonly secrets: SecretStore;
  readonly address: string;
  readonly now: () => number;
  /** The address that AWS gave the stage's API. The webhook had it before the bridge had its own host. */
  readonly findDefaultEndpoint: (stage: Stage) => Promise<string>;
};

/** The webhook and menus of a bot, and their owner. */
export type Found = {
  readonly info: WebhookInfo;
  readonly whose: "ours" | "none" | "another's";
  readonly menus: Menus;
  /** The languages whose list is neither empty nor one that this bridge sets. */
  readonly otherMenus: readonly MenuLanguage[];
};

/** Whether the bot has a webhook or a menu that this bridge did not set. */
export function isTaken({ whose, otherMenus }: Found): boolean {
  return whose === "another's" || otherMenus.length > 0;
}

/** Reads webhook and menu, and changes nothing. */
export async function lookAtBot(claim: Claim): Promise<Found> {
  const { bot, secrets } = claim;
  const own = ownOf(await secrets.read("telegram-bot"));
  const info = await bot.call((api) => api.getWebhookInfo());
  const menus = await readMenus(bot);
  // The stage may have had the other kind of hand-off before.
  const kinds = ["always", "on-request"] as const;
  const ownMenus = [...own.menus, ...kinds.map((handOff) => namesIn(commandsIn("en", handOff)))];
  const isOther = (names: string) => names !== "" && !ownMenus.includes(names);
  return {
    info,
    whose: await whoseWebhook(info.url ?? "", own.addresses, claim),
    menus,
    otherMenus: menuLanguages.filter((shownIn) => isOther(namesIn(menus[shownIn]))),
  };
}

async function whoseWebhook(
  url: string,
  earlier: readonly string[],
  { stage, address, findDefaultEndpoint }: Claim,
): Promise<Found["whose"]> {
  if (url === "") return "none";
  const ofStage = addressOf(stage.outputs.WebhookUrl, "/telegram");
  if ([address, ofStage, ...earlier].includes(url)) return "ours";
  const isOfAws = /^https:\/\/[a-z0-9]+\.execute-api\./.test(url);
  if (!isOfAws || stage.bridge === undefined) return "another's";
  try {
    const former = addressOf(await findDefaultEndpoint(stage), "/telegram");
    return url === former ? "ours" : "another's";
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return "another's"; // The bridge must not replace an unknown webhook without a question.
  }
}

/** Describes the bot's webhook and menu of another program, without anything that may be a secret. */
export function describeOthers({ info, whose, menus, otherMenus }: Found): string {
  const names = otherMenus.flatMap((shownIn) => menus[shownIn].map(({ command }) => command));
  const count = info.pending_update_count;
  const parts = [
    ...(whose === "another's" ? [`its updates go to ${printableAddress(info.url ?? "")}`] : []),
    ...(names.length > 0 ? [`its menu is ${menuLine([...new Set(names)])}`] : []),
    ...(count > 0 ? [`${count} updates that wait at Telegram would come to the bridge`] : []),
  ];
  return parts.join(", ");
}

const mostShown = 12;

/** A menu in one line. Telegram allows a hundred commands. */
export function menuLine(names: readonly string[]): string {
  if (names.length === 0) return "empty";
  const more = names.length > mostShown ? ` and ${names.length - mostShown} more` : "";
  return printable(`/${names.slice(0, mostShown).join(" /")}`) + more;
}

/**
 * Stores another program's webhook and menu in the bot's secret, before anything changes at Telegram.
 * It also notes the bridge's own address and menu, to recognize them later.
 */
export async function keepOthers(claim: Claim, found: Found): Promise<void> {
  const { stage, secrets, address, now } = claim;
  const { botId } = stage;
  const before = await secrets.read("telegram-bot");
  const names = namesIn(commandsIn("en", stage.outputs.HandOff));
  const noted = withOwn(before, address, names);
  const webhook = found.whose === "ours" ? undefined : asFormer(found.info);
  const after = isTaken(found)
    ? withFormer(noted, botId, mergeFormer(formerOf(before, botId), { ...found, webhook }, now()))
    : noted;
  if (after !== before) await writeBotSecret(secrets, after);
}

/**
 * Points the bot's updates here and sets its menu. Where something is another program's, it
 * first calls `agree`, which refuses by throwing, and stores the replaced parts. May be repeated
 * after it stopped anywhere.
 */
export async function claimBot(claim: Claim, agree: (found: Found) => Promise<void>) {
  const { stage, bot, secrets, address } = claim;
  const found = await lookAtBot(claim);
  if (isTaken(found)) await agree(found);
  await keepOthers(claim, found);
  try {
    const changed = await setWebhook(stage, bot, secrets, address);
    const commandsChanged = await setCommands(bot, stage.outputs.HandOff);
    return { ...changed, found, commandsChanged };
  } catch (error) {
    if (!(error instanceof CommandFailure) || !isTaken(found)) throw error;
    // Telegram may have dropped the former webhook by now: it does so before it tries the new one.
    throw new CommandFailure(`${error.message}; ${keptSentence(stage)}`);
  }
}

/** Says where the replaced parts are, and how to give them back. */
export function keptSentence(stage: Stage): string {
  const where =
    stage.bridge === undefined ? "until this laptop run ends" : "in the secret telegram-bot";
  return `the old webhook and menu are stored ${where}, and ${commandOn(stage, "webhook restore")} restores them`;
}

/** Refuses a bot with another program's webhook or menu, and says how to take it over. */
export function refuseTaken(stage: Stage, found: Found, command: string): never {
  const takeOver = commandOn(stage, `${command} --take-over`);
  throw new CommandFailure(
    `nothing was changed, because this bot has a webhook or menu of another program: ${describeOthers(found)}. ${takeOver} replaces them; ${keptSentence(stage)}. docs/going-live.md explains what the other program loses`,
  );
}

/** A webhook as it is stored. */
export function asFormer(info: WebhookInfo): FormerWebhook {
  const { max_connections: maxConnections, ip_address: ipAddress } = info;
  return {
    url: info.url ?? "",
    allowedUpdates: [...(info.allowed_updates ?? [])],
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    hasOwnCertificate: info.has_custom_certificate,
  };
}

import type { WebhookInfo } from "grammy/types";
import { CommandFailure } from "../command.ts";
import { printable, printableAddress } from "../output.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { setWebhook } from "./change-webhook.ts";
import type { ChangedWebhook } from "./change-webhook.ts";
import { commandsIn, menuLanguages, namesIn, readMenus, setCommands } from "./commands.ts";
import type { MenuLanguage, Menus } from "./commands.ts";
import { formerOf, mergeFormer, ownOf, withFormer, withOwn, writeBotSecret } from "./former.ts";
import type { FormerWebhook } from "./former.ts";
import type { Bot } from "./open-bot.ts";

/** A bot, and the bridge that wants it. */
export type Claim = {
  readonly stage: Stage;
  readonly bot: Bot;
  readonly secrets: SecretStore;
  /** Where the bridge wants the bot's updates. */
  readonly address: string;
  readonly now: () => number;
  /** The address that AWS gave the stage's API: its webhook, before it had a host of its own. */
  readonly findDefaultEndpoint: (stage: Stage) => Promise<string>;
};

/** What a bot has, and whose that is. */
export type Found = {
  readonly info: WebhookInfo;
  readonly whose: "ours" | "none" | "another's";
  readonly menus: Menus;
  /** The languages whose list is neither empty nor one that this bridge sets. */
  readonly otherMenus: readonly MenuLanguage[];
};

/** Whether something is there that this bridge did not set. */
export function isTaken({ whose, otherMenus }: Found): boolean {
  return whose === "another's" || otherMenus.length > 0;
}

/** ReconcileSchedule at webhook and menu, and changes nothing. */
export async function lookAtBot(claim: Claim): Promise<Found> {
  const { bot, secrets } = claim;
  const own = ownOf(await secrets.read("telegram-bot"));
  const info = await bot.call((api) => api.getWebhookInfo());
  const menus = await readMenus(bot);
  // A stage may have been of the other kind before.
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
    return "another's"; // What is not known to be ours is not replaced unasked.
  }
}

/** What the bot has of another program, without anything that may be a secret. */
export function describeOthers({ info, whose, menus, otherMenus }: Found): string {
  const names = otherMenus.flatMap((shownIn) => menus[shownIn].map(({ command }) => command));
  const count = info.pending_update_count;
  const parts = [
    ...(whose === "another's" ? [`its updates go to ${printableAddress(info.url ?? "")}`] : []),
    ...(names.length > 0 ? [`its menu is ${menuLine([...new Set(names)])}`] : []),
    ...(count > 0 ? [`${count} waiting at Telegram would come to the bridge`] : []),
  ];
  return parts.join(", ");
}

const mostShown = 12;

/** A menu in one line; Telegram allows a hundred commands. */
export function menuLine(names: readonly string[]): string {
  if (names.length === 0) return "empty";
  const more = names.length > mostShown ? ` and ${names.length - mostShown} more` : "";
  return printable(`/${names.slice(0, mostShown).join(" /")}`) + more;
}

/**
 * Keeps in the bot's secret what is another's, before anything is changed at Telegram, and notes
 * what this bridge sets, by which it knows it again.
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
 * Points the bot's updates here and sets its menu. Where something is another's `agree` is asked
 * first, which refuses by throwing, and what is replaced is kept. May be repeated after it was
 * stopped anywhere.
 */
export async function claimBot(
  claim: Claim,
  agree: (found: Found) => Promise<void>,
): Promise<ChangedWebhook & { readonly found: Found; readonly commandsChanged: boolean }> {
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

/** Where what was replaced is, and how it comes back. */
export function keptSentence(stage: Stage): string {
  const where =
    stage.bridge === undefined ? "until this laptop run ends" : "in the secret telegram-bot";
  return `what was there is kept ${where}, and ${commandOn(stage, "webhook restore")} gives it back`;
}

/** Refuses a bot that has another webhook or menu, and says how to take it over. */
export function refuseTaken(stage: Stage, found: Found, command: string): never {
  const takeOver = commandOn(stage, `${command} --take-over`);
  throw new CommandFailure(
    `nothing was changed, for this bot has a webhook or menu that is not this bridge's: ${describeOthers(found)}. ${takeOver} replaces them; ${keptSentence(stage)}. docs/going-live.md says what the other program loses`,
  );
}

function asFormer(info: WebhookInfo): FormerWebhook {
  const { max_connections: maxConnections, ip_address: ipAddress } = info;
  return {
    url: info.url ?? "",
    allowedUpdates: [...(info.allowed_updates ?? [])],
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    hasOwnCertificate: info.has_custom_certificate,
  };
}

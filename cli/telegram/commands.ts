import { isDeepStrictEqual } from "node:util";
import type { BotCommand } from "grammy/types";
import { catalogue } from "../../lambdas/texts/texts.ts";
import { languages } from "../../lambdas/model/conversation.ts";
import type { Language } from "../../lambdas/model/conversation.ts";
import type { StackOutputs } from "../stage/stage.ts";
import type { Bot } from "./bot.ts";

type HandOff = StackOutputs["HandOff"];

/**
 * Telegram shows the list of the customer's language. To all others it shows the list without a language, "".
 */
export type MenuLanguage = Language | "";
export const menuLanguages: readonly MenuLanguage[] = ["", ...languages];

/** The lists of a bot, by the language they are shown in. */
export type Menus = Readonly<Record<MenuLanguage, readonly BotCommand[]>>;

/** The commands of a bot's menu, described in that language. */
export function commandsIn(language: Language, handOff: HandOff): BotCommand[] {
  const { commands: descriptions } = catalogue[language];
  const names = ["start", "help", "operator", "language"] as const;
  // Where operators always answer, there is no bot's talk to end.
  const all = handOff === "always" ? names : ([...names, "end"] as const);
  return all.map((command) => ({ command, description: descriptions[command] }));
}

/** The names of a menu's commands as one text. By it the bridge recognizes its own menu in any wording. */
export function namesIn(menu: readonly BotCommand[]): string {
  return menu.map(({ command }) => command).join(" ");
}

/** Reads every list that the bridge sets. It ignores lists of other languages and scopes. */
export async function readMenus(bot: Bot): Promise<Menus> {
  const menus: Partial<Record<MenuLanguage, readonly BotCommand[]>> = {};
  for (const shownIn of menuLanguages) {
    menus[shownIn] = await bot.call((api) => api.getMyCommands(optionsOf(shownIn)));
  }
  return menus as Menus;
}

/** Sets the list of one language. An empty list is deleted. */
export async function setMenu(
  bot: Bot,
  shownIn: MenuLanguage,
  menu: readonly BotCommand[],
): Promise<void> {
  const options = optionsOf(shownIn);
  await bot.call((api) =>
    menu.length === 0 ? api.deleteMyCommands(options) : api.setMyCommands(menu, options),
  );
}

/**
 * Registers the commands, once without a language and once for each language of the bridge. It leaves correct
 * lists unchanged. Answers whether it changed something.
 * @see https://core.telegram.org/bots/api#setmycommands
 */
export async function setCommands(bot: Bot, handOff: HandOff): Promise<boolean> {
  const differing = await findDiffering(bot, handOff);
  for (const shownIn of differing) await setMenu(bot, shownIn, menuOf(shownIn, handOff));
  return differing.length > 0;
}

/** The differences between the commands that Telegram knows and the wanted ones. Empty when there are none. */
export async function findCommandDifferences(
  bot: Bot,
  handOff: HandOff,
): Promise<readonly string[]> {
  const differing = await findDiffering(bot, handOff);
  return differing.map((shownIn) =>
    shownIn === "" ? "the commands differ" : `the commands in "${shownIn}" differ`,
  );
}

async function findDiffering(bot: Bot, handOff: HandOff): Promise<readonly MenuLanguage[]> {
  const known = await readMenus(bot);
  return menuLanguages.filter((shownIn) => !isSameMenu(known[shownIn], menuOf(shownIn, handOff)));
}

/** Whether customers see the same in both. */
export function isSameMenu(one: readonly BotCommand[], other: readonly BotCommand[]): boolean {
  const shown = (menu: readonly BotCommand[]) =>
    menu.map(({ command, description }) => [command, description]);
  return isDeepStrictEqual(shown(one), shown(other));
}

function menuOf(shownIn: MenuLanguage, handOff: HandOff): readonly BotCommand[] {
  return commandsIn(shownIn === "" ? languages[0] : shownIn, handOff);
}

/** grammY's parameter for a language. An empty language is left out. */
function optionsOf(shownIn: MenuLanguage): { language_code?: Language } {
  return shownIn === "" ? {} : { language_code: shownIn };
}

import type { BotCommand } from "grammy/types";
import { commandDescriptions } from "../../lambdas/domain/texts.ts";
import { languages } from "../../lambdas/model/language.ts";
import type { Language } from "../../lambdas/model/language.ts";
import type { StackOutputs } from "../stage/outputs.ts";
import type { Bot } from "./open-bot.ts";

type HandOff = StackOutputs["HandOff"];

/** Telegram shows the list of the customer's language, and to all others the one without any. */
const lists: readonly { readonly shownIn: Language | undefined; readonly language: Language }[] = [
  { shownIn: undefined, language: languages[0] },
  ...languages.map((language) => ({ shownIn: language, language })),
];

/** The commands a bot's menu has, described in that language. */
export function commandsIn(language: Language, handOff: HandOff): BotCommand[] {
  const descriptions = commandDescriptions(language);
  const names = ["start", "help", "operator", "language"] as const;
  // Where operators answer always there is nothing to end.
  const all = handOff === "always" ? names : ([...names, "end"] as const);
  return all.map((command) => ({ command, description: descriptions[command] }));
}

/**
 * Registers the commands, once without a language and once for each that the bridge speaks; those
 * that fit already are left alone. Answers whether something was changed.
 * @see https://core.telegram.org/bots/api#setmycommands
 */
export async function setCommands(bot: Bot, handOff: HandOff): Promise<boolean> {
  const differing = await findDiffering(bot, handOff);
  for (const { shownIn, language } of differing) {
    await bot.call((api) => api.setMyCommands(commandsIn(language, handOff), optionsOf(shownIn)));
  }
  return differing.length > 0;
}

/** In what the commands that Telegram knows are not the wanted ones; empty when they fit. */
export async function findCommandDifferences(
  bot: Bot,
  handOff: HandOff,
): Promise<readonly string[]> {
  const differing = await findDiffering(bot, handOff);
  return differing.map(({ shownIn }) =>
    shownIn === undefined ? "the commands differ" : `the commands in "${shownIn}" differ`,
  );
}

async function findDiffering(bot: Bot, handOff: HandOff) {
  const differing = [];
  for (const list of lists) {
    const known = await bot.call((api) => api.getMyCommands(optionsOf(list.shownIn)));
    const wanted = commandsIn(list.language, handOff);
    const isSame =
      known.length === wanted.length &&
      wanted.every(({ command, description }, index) => {
        const { command: name, description: text } = known[index] ?? {};
        return name === command && text === description;
      });
    if (!isSame) differing.push(list);
  }
  return differing;
}

/** grammY's own name of a language; `undefined` may not stand in a request. */
function optionsOf(shownIn: Language | undefined): { language_code?: Language } {
  return shownIn === undefined ? {} : { language_code: shownIn };
}

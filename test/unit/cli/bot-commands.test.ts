import { describe, expect, test } from "@jest/globals";
import type { BotCommand } from "grammy/types";
import { commandsIn, findCommandDifferences, setCommands } from "../../../cli/telegram/commands.ts";
import type { Bot } from "../../../cli/telegram/bot.ts";
import { languages } from "../../../lambdas/model/conversation.ts";

const namesIn = (...given: Parameters<typeof commandsIn>) =>
  commandsIn(...given).map(({ command }) => command);

/** A bot that stores its commands by language, like Telegram, and counts the changes. */
function aBot(known: Readonly<Record<string, BotCommand[]>> = {}) {
  const lists = new Map(Object.entries(known));
  const set: string[] = [];
  const api = {
    getMyCommands: async ({ language_code: code = "any" }) => lists.get(code) ?? [],
    setMyCommands: async (commands: BotCommand[], { language_code: code = "any" }) => {
      set.push(code);
      lists.set(code, commands);
    },
  };
  const bot = { call: async (method: (it: never) => unknown) => method(api as never) };
  return { bot: bot as unknown as Bot, set, lists };
}

describe("the bot's commands", () => {
  test("are the commands that the bridge answers, with /end where a customer can end a talk", () => {
    expect(namesIn("en", "always")).toEqual(["start", "help", "operator", "language"]);
    expect(namesIn("en", "on-request")).toEqual([...namesIn("en", "always"), "end"]);
  });

  test.each(languages)("are described in %s, within Telegram's length limit", (language) => {
    const commands = commandsIn(language, "on-request");

    for (const { description } of commands) expect(description).toMatch(/^\p{Lu}.{1,255}$/u);
    expect(new Set(commands.map(({ description }) => description)).size).toBe(commands.length);
  });

  test("are set in English for all customers, and in each language", async () => {
    const { bot, set, lists } = aBot();

    const changed = await setCommands(bot, "on-request");

    expect([changed, set]).toEqual([true, ["any", ...languages]]);
    expect(lists.get("any")).toEqual(commandsIn("en", "on-request"));
    for (const language of languages) {
      expect(lists.get(language)).toEqual(commandsIn(language, "on-request"));
    }
    expect(await setCommands(bot, "on-request")).toBe(false);
    expect(set).toHaveLength(1 + languages.length);
  });

  const fitting = {
    any: commandsIn("en", "always"),
    en: commandsIn("en", "always"),
    ru: commandsIn("ru", "always"),
    pt: commandsIn("pt", "always"),
    es: commandsIn("es", "always"),
  };
  const inRussian = 'the commands in "ru" differ';
  test.each([
    { name: "fit", known: fitting, says: [] },
    {
      name: "have one command less",
      known: { ...fitting, ru: fitting.ru.slice(1) },
      says: [inRussian],
    },
    { name: "have another language", known: { ...fitting, ru: fitting.en }, says: [inRussian] },
    {
      name: "have another order",
      known: { ...fitting, any: fitting.any.toReversed() },
      says: ["the commands differ"],
    },
    {
      name: "belong to the other kind of hand-off, or are empty",
      known: { ...fitting, any: commandsIn("en", "on-request"), ru: [] },
      says: ["the commands differ", inRussian],
    },
  ])("that $name are reported as $says, and not changed", async ({ known, says }) => {
    const { bot, set } = aBot(known);

    expect(await findCommandDifferences(bot, "always")).toEqual(says);
    expect(set).toEqual([]);
  });
});

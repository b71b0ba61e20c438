import { describe, expect, test } from "@jest/globals";
import type { BotCommand } from "grammy/types";
import { commandsIn, findCommandDifferences, setCommands } from "../../../cli/telegram/commands.ts";
import type { Bot } from "../../../cli/telegram/open-bot.ts";
import { languages } from "../../../lambdas/model/conversation.ts";

const namesIn = (...given: Parameters<typeof commandsIn>) =>
  commandsIn(...given).map(({ command }) => command);

/** A bot that keeps its commands by language, as Telegram does, and counts what was set. */
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
  test("are those the bridge answers, and /end where a talk can be ended", () => {
    expect(namesIn("en", "always")).toEqual(["start", "help", "operator", "language"]);
    expect(namesIn("en", "on-request")).toEqual([...namesIn("en", "always"), "end"]);
  });

  test.each(languages)("are described in %s, as briefly as Telegram asks", (language) => {
    const commands = commandsIn(language, "on-request");

    for (const { description } of commands) expect(description).toMatch(/^\p{Lu}.{1,255}$/u);
    expect(new Set(commands.map(({ description }) => description)).size).toBe(commands.length);
  });

  test("are set for everybody in English, and in each language", async () => {
    const { bot, set, lists } = aBot();

    const changed = await setCommands(bot, "on-request");

    expect([changed, set]).toEqual([true, ["any", ...languages]]);
    expect(lists.get("any")).toEqual(commandsIn("en", "on-request"));
    expect(lists.get("ru")).toEqual(commandsIn("ru", "on-request"));
    expect(await setCommands(bot, "on-request")).toBe(false);
    expect(set).toHaveLength(1 + languages.length);
  });

  const fitting = {
    any: commandsIn("en", "always"),
    en: commandsIn("en", "always"),
    ru: commandsIn("ru", "always"),
  };
  const inRussian = 'the commands in "ru" differ';
  test.each([
    { name: "fit", known: fitting, says: [] },
    { name: "lack one", known: { ...fitting, ru: fitting.ru.slice(1) }, says: [inRussian] },
    { name: "are another language's", known: { ...fitting, ru: fitting.en }, says: [inRussian] },
    {
      name: "stand in another order",
      known: { ...fitting, any: fitting.any.toReversed() },
      says: ["the commands differ"],
    },
    {
      name: "are of the other kind of stage, or none",
      known: { any: commandsIn("en", "on-request"), en: fitting.en },
      says: ["the commands differ", inRussian],
    },
  ])("that $name are told as $says, and left as they are", async ({ known, says }) => {
    const { bot, set } = aBot(known);

    expect(await findCommandDifferences(bot, "always")).toEqual(says);
    expect(set).toEqual([]);
  });
});

import * as z from "zod";
import type { SimulatedAnswer } from "../../http.ts";
import { badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import type { Parameters } from "./parameters.ts";

const maxCommands = 100;
const maxCommandLength = 32;
const maxDescriptionLength = 256;

/** Scopes that name no chat. Others are not simulated. */
const scopeTypes = [
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
] as const;
const scopeSchema = z.object({ type: z.enum(scopeTypes) });

/**
 * The list of one scope and language replaces an earlier one.
 * @see https://core.telegram.org/bots/api#setmycommands
 */
export function setMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const given = parameters.structure("commands") ?? [];
  if (!Array.isArray(given)) throw badRequest("expected an Array of BotCommand");
  const commands = given.map(readCommand);
  if (commands.length > maxCommands) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  if (commands.some(({ command }) => !/^[a-z0-9_]+$/.test(command))) {
    throw badRequest("BOT_COMMAND_INVALID");
  }
  bot.commands.set(placeOf(parameters), commands);
  return success(true);
}

/** Exactly the list of that scope and language. No other list replaces a missing one. */
export function getMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  return success(bot.commands.get(placeOf(parameters)) ?? []);
}

/** Removes the list of one scope and language. Answers true even when there was none. */
export function deleteMyCommands(bot: Bot, parameters: Parameters): SimulatedAnswer {
  bot.commands.delete(placeOf(parameters));
  return success(true);
}

function placeOf(parameters: Parameters): string {
  const language = parameters.text("language_code");
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  const scope = scopeSchema.safeParse(parameters.structure("scope") ?? { type: "default" });
  if (!scope.success) throw badRequest("can't parse BotCommandScope: unsupported type specified");
  return `${scope.data.type}/${language}`;
}

function readCommand(given: unknown): { command: string; description: string } {
  const wrong = (what: string) => badRequest(`can't parse BotCommand: ${what}`);
  if (typeof given !== "object" || given === null) throw wrong("expected an Object");
  const field = (name: string): string => {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) throw wrong(`Can't find field "${name}"`);
    if (typeof value !== "string") throw wrong(`Field "${name}" must be of type String`);
    return value.trim();
  };
  const command = field("command").replace(/^\//, "");
  const description = field("description");
  checkLength("command", command, maxCommandLength);
  checkLength("command description", description, maxDescriptionLength);
  return { command, description };
}

function checkLength(what: string, text: string, most: number): void {
  if (text === "") throw badRequest(`${what} must be non-empty`);
  if (Array.from(text).length > most) throw badRequest(`${what} length must not exceed ${most}`);
}

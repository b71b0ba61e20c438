import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { call, startTelegram } from "./support/telegram-client.ts";

let telegram: TelegramSimulator;
beforeAll(async () => {
  telegram = await startTelegram();
});
afterAll(() => telegram.close());

const begin = { command: "start", description: "Begin" };
const listOf = async (place: object) => (await call(telegram, "getMyCommands", place)).result;

describe("the bot's commands", () => {
  test("are stored by language and scope, and no list is used for another", async () => {
    const russian = [{ command: "start", description: "Начать" }];
    const inGroups = { scope: { type: "all_group_chats" } };

    await call(telegram, "setMyCommands", { commands: [begin] });
    await call(telegram, "setMyCommands", { commands: russian, language_code: "ru" });

    expect(await listOf({})).toEqual([begin]);
    expect(await listOf({ scope: { type: "default" }, language_code: "" })).toEqual([begin]);
    expect(await listOf({ language_code: "ru" })).toEqual(russian);
    expect(await listOf({ language_code: "en" })).toEqual([]);
    expect(await listOf(inGroups)).toEqual([]);
  });

  test("are replaced as a whole; a missing list counts as an empty one", async () => {
    const place = { language_code: "de" };
    const help = { command: "/help", description: " Help " };
    await call(telegram, "setMyCommands", { ...place, commands: [begin] });

    await call(telegram, "setMyCommands", { ...place, commands: [help] });
    const replaced = await listOf(place);
    await call(telegram, "setMyCommands", place);

    expect(replaced).toEqual([{ command: "help", description: "Help" }]);
    expect(await listOf(place)).toEqual([]);
  });

  test("are deleted by language and scope, and the others stay", async () => {
    await call(telegram, "setMyCommands", { commands: [begin] });
    await call(telegram, "setMyCommands", { commands: [begin], language_code: "ru" });

    const answers = [
      await call(telegram, "deleteMyCommands", { language_code: "ru" }),
      await call(telegram, "deleteMyCommands", { language_code: "ru" }),
    ];

    expect(answers).toMatchObject([{ result: true }, { result: true }]);
    expect(await listOf({ language_code: "ru" })).toEqual([]);
    expect(await listOf({})).toEqual([begin]);
  });

  test.each([
    { given: { command: "Start", description: "x" }, error: "BOT_COMMAND_INVALID" },
    { given: { command: "старт", description: "x" }, error: "BOT_COMMAND_INVALID" },
    { given: { command: "", description: "x" }, error: "command must be non-empty" },
    { given: { command: "/", description: "x" }, error: "command must be non-empty" },
    {
      given: { command: "x".repeat(33), description: "x" },
      error: "command length must not exceed 32",
    },
    { given: { ...begin, description: " " }, error: "command description must be non-empty" },
    {
      given: { ...begin, description: "x".repeat(257) },
      error: "command description length must not exceed 256",
    },
    {
      given: { command: "start" },
      error: "can't parse BotCommand: Can't find field \"description\"",
    },
  ])("$given is refused, and the earlier commands stay", async ({ given, error }) => {
    await call(telegram, "setMyCommands", { commands: [begin] });

    const answer = await call(telegram, "setMyCommands", { commands: [given] });

    expect(answer).toMatchObject({ http: 400, description: `Bad Request: ${error}` });
    expect(await listOf({})).toEqual([begin]);
  });

  test.each([
    { place: { language_code: "zh-hans" }, error: "invalid language code specified" },
    {
      place: { scope: { type: "everywhere" } },
      error: "can't parse BotCommandScope: unsupported type specified",
    },
  ])("of $place cannot be set or read", async ({ place, error }) => {
    for (const method of ["setMyCommands", "getMyCommands", "deleteMyCommands"]) {
      const answer = await call(telegram, method, { ...place, commands: [begin] });

      expect(answer).toMatchObject({ http: 400, description: `Bad Request: ${error}` });
    }
  });

  test("are at most a hundred", async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...begin, command: `c${index}` }));

    const tooMany = await call(telegram, "setMyCommands", { commands: many });
    const most = await call(telegram, "setMyCommands", { commands: many.slice(1) });

    expect(tooMany.description).toBe("Bad Request: BOT_COMMANDS_TOO_MUCH");
    expect(most.result).toBe(true);
  });
});

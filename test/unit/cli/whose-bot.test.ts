import { describe, expect, test } from "@jest/globals";
import { CommandFailure } from "../../../cli/command.ts";
import { commandsIn } from "../../../cli/telegram/commands.ts";
import { isTaken, lookAtBot } from "../../../cli/telegram/take-over.ts";
import { aBot, address } from "./fake-bot.ts";

const own = commandsIn("en", "always");

describe("the owner of a bot's webhook", () => {
  const aws = (id: string) => `https://${id}.execute-api.eu-central-1.amazonaws.com/telegram`;
  const remembered = {
    token: "1:x",
    own: { addresses: ["https://tunnel.example/telegram"], menus: [] },
  };
  test.each([
    { url: "", whose: "none" },
    { url: address, whose: "ours" },
    { url: "https://tunnel.example/telegram", fields: remembered, whose: "ours" },
    { url: "https://tunnel.example/telegram", whose: "another's" },
    { url: aws("abc123"), whose: "ours" },
    { url: aws("zzz999"), whose: "another's" },
    { url: "https://api.example/other/telegram", whose: "another's" },
    { url: "https://old-bot.example/hook", whose: "another's" },
  ])("$url is $whose", async ({ url, fields, whose }) => {
    const { claim } = aBot({ url }, {}, fields);

    expect((await lookAtBot(claim)).whose).toBe(whose);
  });

  test("an AWS address belongs to another program when the stage's own cannot be found", async () => {
    const { claim } = aBot({ url: aws("abc123") });
    const findDefaultEndpoint = async () => {
      throw new CommandFailure("no permission");
    };

    expect((await lookAtBot({ ...claim, findDefaultEndpoint })).whose).toBe("another's");
  });

  test("the stage's address is ours while a tunnel is requested", async () => {
    const { claim } = aBot({ url: address });

    const found = await lookAtBot({ ...claim, address: "https://tunnel.example/telegram" });

    expect(found.whose).toBe("ours");
  });
});

describe("the owner of a bot's menu", () => {
  const named = (...names: string[]) =>
    names.map((command) => ({ command, description: "Old wording" }));
  const remembered = { token: "1:x", own: { addresses: [], menus: ["start stop"] } };
  test.each([
    { name: "empty", menu: [], isOther: false },
    { name: "this version's", menu: own, isOther: false },
    { name: "the other kind of stage's", menu: commandsIn("ru", "on-request"), isOther: false },
    {
      name: "an older wording's",
      menu: named("start", "help", "operator", "language"),
      isOther: false,
    },
    {
      name: "one that an older version set",
      menu: named("start", "stop"),
      fields: remembered,
      isOther: false,
    },
    { name: "shorter than ours", menu: named("start"), isOther: true },
    { name: "longer than ours", menu: [...own, ...named("price")], isOther: true },
    { name: "another program's", menu: named("price", "orders"), isOther: true },
  ])("$name: belongs to another program is $isOther", async ({ menu, fields, isOther }) => {
    const { claim } = aBot({ url: "" }, { ru: menu }, fields);

    const found = await lookAtBot(claim);

    expect(found.otherMenus).toEqual(isOther ? ["ru"] : []);
    expect(isTaken(found)).toBe(isOther);
  });
});

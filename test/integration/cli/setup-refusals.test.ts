import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keys } from "../../support/keyboard.ts";
import { invented } from "./laptop.ts";
import { startSetup } from "./setup.ts";

let laptop: Awaited<ReturnType<typeof startSetup>>;
beforeAll(async () => {
  laptop = await startSetup();
});
afterAll(async () => {
  await laptop.close();
});
beforeEach(() => laptop.undo());

describe("bridge setup, when a vendor refuses", () => {
  test.each([
    {
      name: "a wrong token",
      wrong: invented.botToken,
      says: "does not accept the bot token (401)",
    },
    {
      name: "a token of another bot",
      wrong: "1000000002:somebody-else",
      says: "this is the token of bot 1000000002, but the laptop run was started for bot 1000000001",
    },
  ])("$name is reported, not stored, and asked for again", async ({ wrong, says }) => {
    const { token, apiToken } = laptop.answers;
    const first = laptop.reply("Token of the bot", wrong);
    const stop = { asked: "Has amoCRM support", types: keys.stop };

    const left = await laptop.bridgeAt(
      ["setup"],
      [first, { asked: "Token of the bot", types: keys.stop }],
    );
    const { bot: kept } = await laptop.secrets();
    const said = await laptop.bridgeAt(["setup"], [first, token, apiToken, stop]);

    expect(left.output).toContain(says);
    expect(kept.fields).toEqual({ token: "", unset: "random" });
    expect(said.output).toContain(says);
    expect(said.output).not.toContain("secret set");
    expect((await laptop.secrets()).bot.fields).toEqual({
      token: laptop.settings.telegram.botToken,
    });
  });

  test("a wrong API token, channel and secret are reported, not stored, and asked for again", async () => {
    const { token, apiToken, support, channelId, channelSecret } = laptop.answers;
    const said = await laptop.bridgeAt(
      ["setup"],
      [
        token,
        laptop.reply("Long-lived token", invented.apiToken),
        apiToken,
        support,
        channelId,
        laptop.reply("The channel's secret", invented.channelSecret),
        laptop.reply("id and secret again?", ""),
        channelId,
        channelSecret,
      ],
    );

    expect(said.code).toBe(0);
    expect(said.output).toContain("does not accept the API token (401)");
    expect(said.output).toContain("the channel secret is wrong for channel");
    const channel = (await laptop.secrets()).channel.fields;
    expect(channel).toMatchObject({ current: laptop.settings.amocrm.channelSecret });
    expect(channel).not.toHaveProperty("previous");
  });

  test("without an API token setup asks for the account", async () => {
    const { token, noApiToken, support, channelId, channelSecret, account } = laptop.answers;

    const said = await laptop.bridgeAt(
      ["setup"],
      [token, noApiToken, support, channelId, channelSecret, account],
    );
    const again = await laptop.bridge(["setup"]);

    expect(said.code).toBe(0);
    expect(said.output).toMatch(/^API token +not set/m);
    expect(again).toMatchObject({ code: 0, errors: "" });
  });

  test.each([
    { types: keys.no, code: 1, says: "the bot's webhook was not changed" },
    { types: keys.yes, code: 0, says: "" },
  ])(
    "a webhook and menu of another program are taken over only with consent: $types",
    async ({ types, code, says }) => {
      const foreign = "https://elsewhere.example/telegram";
      laptop.telegram.setWebhook(foreign, "x", []);
      const shop = encodeURIComponent(JSON.stringify([{ command: "price", description: "x" }]));
      await laptop.askBot(`setMyCommands?commands=${shop}`);

      const said = await laptop.bridgeAt(
        ["setup"],
        [...laptop.whole, { asked: "Take it over?", types }],
      );

      expect(said.code).toBe(code);
      expect(said.errors).toContain(says);
      const { url } = laptop.run.host;
      expect((await laptop.webhook())["url"]).toBe(code === 0 ? `${url}/telegram` : foreign);
      const menu = await laptop.askBot<{ command: string }[]>("getMyCommands");
      expect(menu[0]?.command).toBe(code === 0 ? "start" : "price");
      expect(said.output).toContain("its menu is /price");
    },
  );
});

test("no output contains a secret", () => {
  expect(laptop.leaked()).toEqual([]);
});

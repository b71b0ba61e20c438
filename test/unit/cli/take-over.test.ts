import { describe, expect, test } from "@jest/globals";
import { commandsIn } from "../../../cli/telegram/commands.ts";
import { formerOf } from "../../../cli/telegram/former.ts";
import { planRestoration, restore } from "../../../cli/telegram/restore.ts";
import {
  claimBot,
  describeOthers,
  lookAtBot,
  refuseTaken,
} from "../../../cli/telegram/take-over.ts";
import type { Found } from "../../../cli/telegram/take-over.ts";
import { telegramBotCredentials } from "../../../lambdas/compose/credentials.ts";
import { aBot, address } from "./fake-bot.ts";
import { aStage, failureOf } from "./support.ts";

const agreed = async () => {};
const refused = async (found: Found) => refuseTaken(aStage(), found, "webhook set");
const own = commandsIn("en", "always");
const shop = [
  { command: "price", description: "Prices" },
  { command: "orders", description: "Your orders" },
];
const canary = "1000000001:AAE-canary-canary-canary-canary-canary";
const foreign = {
  url: `https://old-bot.example/hook/${canary}?key=canary`,
  allowed_updates: ["message", "inline_query"],
  max_connections: 7,
};
const formerIn = (secrets: { read(name: "telegram-bot"): Promise<Record<string, unknown>> }) =>
  secrets.read("telegram-bot").then((fields) => formerOf(fields, "1000000001"));

describe("a bot with a webhook or menu of another program", () => {
  test.each([
    { name: "webhook", webhook: foreign, menus: {} },
    { name: "menu", webhook: { url: "" }, menus: { "": shop } },
    { name: "menu in one language", webhook: { url: address }, menus: { ru: shop } },
  ])("$name: is refused without any change", async ({ webhook, menus }) => {
    const { claim, effects } = aBot(webhook, menus);

    const failure = await failureOf(claimBot(claim, refused));

    expect(effects).toEqual([]);
    expect(failure).toContain("nothing was changed");
    expect(failure).toContain("npx bridge webhook set --take-over --stage dev --bridge main");
    expect(failure).toContain("npx bridge webhook restore --stage dev --bridge main restores them");
    expect(failure).toContain("3 updates that wait at Telegram");
    expect(failure).not.toContain("canary");
  });

  test("is described by host and commands, without possible secrets", async () => {
    const { claim } = aBot(foreign, { "": shop, ru: shop });

    const words = describeOthers(await lookAtBot(claim));

    expect(words).toBe(
      "its updates go to https://old-bot.example/hook/…?…, its menu is /price /orders, 3 updates that wait at Telegram would come to the bridge",
    );
  });

  test("with a hundred commands has a short description", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      command: `c${index}`,
      description: "x",
    }));
    const { claim } = aBot({ url: "" }, { "": many });

    expect(describeOthers(await lookAtBot(claim))).toContain("/c11 and 88 more");
  });

  test("is stored before any change at Telegram", async () => {
    const { claim, effects, secrets } = aBot(foreign, { "": shop });

    await claimBot(claim, agreed);

    expect(effects).toEqual([
      "write telegram-bot",
      `setWebhook ${address}`,
      "setMyCommands ",
      "setMyCommands en",
      "setMyCommands ru",
      "setMyCommands pt",
      "setMyCommands es",
    ]);
    expect(await formerIn(secrets)).toEqual({
      keptAtMillis: 1_700_000_000_000,
      webhook: {
        url: foreign.url,
        allowedUpdates: ["message", "inline_query"],
        maxConnections: 7,
        hasOwnCertificate: false,
      },
      menus: { "": shop, en: [], ru: [], pt: [], es: [] },
    });
  });

  test("is not taken over when the store fails", async () => {
    const { claim, effects, plan, state } = aBot(foreign, { "": shop });
    plan.failsAt = 0;

    expect(await failureOf(claimBot(claim, agreed))).toContain("write telegram-bot failed");
    expect(effects).toHaveLength(1);
    expect(state.webhook).toEqual(foreign);
  });

  test("with a menu too long for a secret is not taken over, and the error explains the fix", async () => {
    const long = Array.from({ length: 100 }, (_, index) => ({
      command: `c${index}`,
      description: "Ж".repeat(256),
    }));
    const { claim, effects } = aBot({ url: "" }, { "": long, en: long, ru: long });

    expect(await failureOf(claimBot(claim, agreed))).toMatch(/too long to store \(\d+ bytes/);
    expect(effects).toEqual([]);
  });

  test("a refused address is reported with the command that restores the former webhook", async () => {
    const { claim, plan } = aBot(foreign);
    plan.failsAt = 1;

    expect(await failureOf(claimBot(claim, agreed))).toMatch(
      /setWebhook .* failed; the old webhook and menu are stored in the secret .* webhook restore/,
    );
  });

  test("the functions can read the bot's token next to the stored state", async () => {
    const { claim, secrets } = aBot(foreign, { "": shop });
    await claimBot(claim, agreed);

    const fields = await secrets.read("telegram-bot");

    expect(telegramBotCredentials.safeParse(fields).success).toBe(true);
  });
});

describe("taking a bot over", () => {
  const menus = { "": shop, ru: [shop[1]!] };

  test.each([0, 1, 2, 3, 4])(
    "stopped at change %i, repeated, then restored: the bot is as before",
    async (failsAt) => {
      const { claim, plan, state, secrets } = aBot(foreign, menus);
      plan.failsAt = failsAt;
      await failureOf(claimBot(claim, agreed));

      await claimBot(claim, agreed);
      const taken = { url: state.webhook.url, menu: state.menus.get("") };
      await restore(claim, await planRestoration(claim, undefined), undefined);

      expect(taken).toEqual({ url: address, menu: own });
      expect(state.webhook).toEqual(foreign);
      expect(Object.fromEntries(state.menus)).toEqual(menus);
      expect(await formerIn(secrets)).toBeUndefined();
    },
  );

  test("again, when it is already ours, does not change the stored state and writes nothing", async () => {
    const { claim, effects, secrets } = aBot(foreign, menus);
    await claimBot(claim, agreed);
    const kept = await formerIn(secrets);
    const before = effects.length;

    await claimBot({ ...claim, now: () => 1_800_000_000_000 }, refused);

    expect(effects.slice(before)).toEqual([`setWebhook ${address}`]);
    expect(await formerIn(secrets)).toEqual(kept);
  });

  test("again, from a third program, stores the latest of each part", async () => {
    const { claim, state, secrets } = aBot(foreign, menus);
    await claimBot(claim, agreed);
    state.webhook = { url: "https://third.example/hook" };
    state.menus.set("en", shop);

    await claimBot(claim, agreed);

    expect(await formerIn(secrets)).toMatchObject({
      webhook: { url: "https://third.example/hook", allowedUpdates: [] },
      menus: { ...menus, en: shop },
    });
  });

  test("of which only the menu is another program's stores no webhook", async () => {
    const { claim, secrets } = aBot({ url: address }, { "": shop });

    await claimBot(claim, agreed);

    expect(await formerIn(secrets)).not.toHaveProperty("webhook");
  });

  test("with a new address of ours in between keeps the first program's state", async () => {
    const { claim, secrets } = aBot(foreign);
    await claimBot({ ...claim, address: "https://one.example/telegram" }, agreed);

    await claimBot({ ...claim, address: "https://two.example/telegram" }, refused);
    await claimBot(claim, refused);

    expect(await formerIn(secrets)).toMatchObject({ webhook: { url: foreign.url } });
  });

  test("of another bot leaves the stored state of the earlier bot", async () => {
    const { claim, secrets, state } = aBot(foreign);
    await claimBot(claim, agreed);
    state.webhook = { url: "https://third.example/hook" };
    const stage = aStage({ botId: "2" });

    await claimBot({ ...claim, stage }, agreed);

    const fields = await secrets.read("telegram-bot");
    expect(formerOf(fields, "1000000001")?.webhook?.url).toBe(foreign.url);
    expect(formerOf(fields, "2")?.webhook?.url).toBe("https://third.example/hook");
  });

  test("without parts of another program stores nothing and asks no question", async () => {
    const { claim, secrets } = aBot({ url: "" }, { en: own });

    await claimBot(claim, refused);

    expect(await secrets.read("telegram-bot")).toEqual({
      token: "1000000001:hunter2",
      own: { addresses: [address], menus: ["start help operator language"] },
    });
  });

  test("reports a field that it did not write", async () => {
    const { claim, effects } = aBot(foreign, {}, { token: "1:x", former: { 1000000001: "?" } });

    expect(await failureOf(claimBot(claim, agreed))).toContain("the field former of the secret");
    expect(effects).toEqual([]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { formerOf } from "../../../cli/telegram/former.ts";
import { menuLanguages } from "../../../cli/telegram/commands.ts";
import { planRestoration, restore } from "../../../cli/telegram/restore.ts";
import { claimBot } from "../../../cli/telegram/take-over.ts";
import { allowedUpdates } from "../../../lambdas/telegram/send/inspect-webhook.ts";
import { aBot, address } from "./fake-bot.ts";
import { failureOf } from "./support.ts";

const agreed = async () => {};
const shop = [{ command: "price", description: "Prices" }];
const url = "https://old-bot.example/hook/hunter2canary";
const foreign = { url, allowed_updates: ["message"], max_connections: 7, secret_token: "theirs" };

async function taken(...given: Parameters<typeof aBot>) {
  const fake = aBot(...given);
  await claimBot(fake.claim, agreed);
  fake.effects.length = 0;
  return {
    ...fake,
    giveBack: async (secretToken?: string) => {
      const plan = await planRestoration(fake.claim, secretToken);
      await restore(fake.claim, plan, secretToken);
      return plan;
    },
    kept: async () => formerOf(await fake.secrets.read("telegram-bot"), "1000000001"),
  };
}

describe("restoring a bot", () => {
  test("sets its menu, then its webhook, then deletes the stored state", async () => {
    const { giveBack, effects, state, kept } = await taken(foreign, { ru: shop });

    await giveBack("the-old_Secret-1");

    expect(effects).toEqual([
      "deleteMyCommands ",
      "deleteMyCommands en",
      "setMyCommands ru",
      "deleteMyCommands pt",
      "deleteMyCommands es",
      `setWebhook ${url}`,
      "write telegram-bot",
    ]);
    expect(state.webhook).toEqual({ ...foreign, secret_token: "the-old_Secret-1" });
    expect(await kept()).toBeUndefined();
  });

  test("without a secret token sets the webhook without one", async () => {
    const { giveBack, state } = await taken(foreign);

    await giveBack();

    expect(state.webhook).not.toHaveProperty("secret_token");
  });

  test("default kinds of updates are restored as an empty list", async () => {
    const { giveBack, state } = await taken({ url });

    await giveBack();

    expect(state.webhook).toEqual({ url, allowed_updates: [] });
  });

  test("for a program that uses getUpdates deletes the webhook and restores the kinds of updates", async () => {
    const { giveBack, effects, state } = await taken(
      { url: "", allowed_updates: ["message", "poll"] },
      { "": shop },
    );

    expect((await giveBack()).webhook).toBe("delete");
    expect(effects.slice(-3)).toEqual(["deleteWebhook", "setWebhook ", "write telegram-bot"]);
    expect(state.webhook).toEqual({ url: "", allowed_updates: ["message", "poll"] });
  });

  test("of which only the menu was another program's leaves the webhook", async () => {
    const { giveBack, state } = await taken({ url: address }, { "": shop });

    expect((await giveBack()).webhook).toBe("leave");
    expect(state.webhook).toMatchObject({ url: address, allowed_updates: allowedUpdates });
    expect(state.menus.get("")).toEqual(shop);
  });

  test("another bridge's menu like our own is restored, not deleted", async () => {
    const fake = aBot({ url: "" });
    await claimBot(fake.claim, agreed);
    const theirs = Object.fromEntries(fake.state.menus);
    const { giveBack, state } = await taken(foreign, theirs);

    expect((await giveBack()).menus).toEqual([]);
    expect(Object.fromEntries(state.menus)).toEqual(theirs);
  });

  test.each([0, 1, 2, 3, 4])(
    "that failed at change %i leaves the stored state, and can be repeated",
    async (failsAt) => {
      const { giveBack, plan, effects, state, kept } = await taken(foreign, { ru: shop });
      plan.failsAt = failsAt;

      expect(await failureOf(giveBack("theirs"))).toContain("failed");
      const stillKept = await kept();
      plan.failsAt = -1;
      effects.length = 0;
      await giveBack("theirs");

      expect(stillKept).toBeDefined();
      expect(state.webhook).toEqual(foreign);
      expect(Object.fromEntries(state.menus)).toEqual({ ru: shop });
      expect(await kept()).toBeUndefined();
    },
  );

  test("whose program has set its webhook again leaves that secret token", async () => {
    const { giveBack, state, kept } = await taken(foreign);
    state.webhook = { ...foreign };

    expect((await giveBack()).webhook).toBe("leave");
    expect(state.webhook).toEqual(foreign);
    expect(await kept()).toBeUndefined();
  });

  test("a menu in a language that was not stored is deleted, because it is the bridge's", async () => {
    const { giveBack, state, secrets, kept } = await taken(foreign, { ru: shop });
    const former = await kept();
    const { pt: _pt, es: _es, ...ofEarlierVersion } = former?.menus ?? {};
    const fields = await secrets.read("telegram-bot");
    const earlier = { ...former, menus: ofEarlierVersion };
    await secrets.write("telegram-bot", { ...fields, former: { "1000000001": earlier } });

    await giveBack();

    expect([...state.menus]).toEqual([["ru", shop]]);
  });

  test("a menu that another program set later stays", async () => {
    const { giveBack, state } = await taken(foreign, { "": shop });
    const since = [{ command: "since", description: "Since" }];
    state.menus.set("", since);

    await giveBack();

    expect(state.menus.get("")).toEqual(since);
  });

  test("a refused former address warns that the bot may have no webhook", async () => {
    const { giveBack, plan } = await taken(foreign);
    plan.failsAt = menuLanguages.length;

    const failure = await failureOf(giveBack());

    expect(failure).toContain("the former webhook stays stored");
    expect(failure).toContain("npx bridge webhook info --stage dev --bridge main");
  });
});

describe("restoring a bot is refused", () => {
  test("when nothing is stored", async () => {
    const { giveBack, effects } = await taken({ url: "" });

    expect(await failureOf(giveBack())).toContain("there is nothing to restore");
    expect(effects).toEqual([]);
  });

  test("when a third program has the bot, with both addresses masked", async () => {
    const { giveBack, effects, state } = await taken(foreign);
    state.webhook = { url: "https://third.example/hook/hunter2canary" };

    const failure = await failureOf(giveBack());

    expect(failure).toContain(
      "now go to https://third.example/hook/…, which is neither this bridge's webhook nor the stored one (https://old-bot.example/hook/…)",
    );
    expect(effects).toEqual([]);
  });

  test("with a secret token when there was no webhook", async () => {
    const { giveBack, effects } = await taken({ url: "" }, { "": shop });

    expect(await failureOf(giveBack("secret"))).toContain("so it needs no secret token");
    expect(effects).toEqual([]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { formerOf } from "../../../cli/telegram/former.ts";
import { planRestoration, restore } from "../../../cli/telegram/restore.ts";
import { claimBot } from "../../../cli/telegram/take-over.ts";
import { allowedUpdates } from "../../../lambdas/telegram/send/inspect-webhook.ts";
import { aBot, address } from "./fake-bot.ts";
import { failureOf } from "./support.ts";

const agreed = async () => {};
const shop = [{ command: "price", description: "Prices" }];
const url = "https://old-bot.example/hook/hunter2canary";
const elsewhere = { url, allowed_updates: ["message"], max_connections: 7, secret_token: "theirs" };

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

describe("giving a bot back", () => {
  test("sets its menu, then its webhook, then forgets what was kept", async () => {
    const { giveBack, effects, state, kept } = await taken(elsewhere, { ru: shop });

    await giveBack("the-old_Secret-1");

    expect(effects).toEqual([
      "deleteMyCommands ",
      "deleteMyCommands en",
      "setMyCommands ru",
      `setWebhook ${url}`,
      "write telegram-bot",
    ]);
    expect(state.webhook).toEqual({ ...elsewhere, secret_token: "the-old_Secret-1" });
    expect(await kept()).toBeUndefined();
  });

  test("without the secret token sets it without one", async () => {
    const { giveBack, state } = await taken(elsewhere);

    await giveBack();

    expect(state.webhook).not.toHaveProperty("secret_token");
  });

  test("default kinds of updates are given back as an empty list, which names them", async () => {
    const { giveBack, state } = await taken({ url });

    await giveBack();

    expect(state.webhook).toEqual({ url, allowed_updates: [] });
  });

  test("to a program that reads it takes the webhook away and gives back its kinds", async () => {
    const { giveBack, effects, state } = await taken(
      { url: "", allowed_updates: ["message", "poll"] },
      { "": shop },
    );

    expect((await giveBack()).webhook).toBe("delete");
    expect(effects.slice(-3)).toEqual(["deleteWebhook", "setWebhook ", "write telegram-bot"]);
    expect(state.webhook).toEqual({ url: "", allowed_updates: ["message", "poll"] });
  });

  test("of which the menu alone was another's leaves the webhook here", async () => {
    const { giveBack, state } = await taken({ url: address }, { "": shop });

    expect((await giveBack()).webhook).toBe("leave");
    expect(state.webhook).toMatchObject({ url: address, allowed_updates: allowedUpdates });
    expect(state.menus.get("")).toEqual(shop);
  });

  test("another bridge's menu like our own is given back, not deleted", async () => {
    const fake = aBot({ url: "" });
    await claimBot(fake.claim, agreed);
    const theirs = Object.fromEntries(fake.state.menus);
    const { giveBack, state } = await taken(elsewhere, theirs);

    expect((await giveBack()).menus).toEqual([]);
    expect(Object.fromEntries(state.menus)).toEqual(theirs);
  });

  test.each([0, 1, 2, 3, 4])(
    "that failed at change %i leaves it kept, and may be repeated",
    async (failsAt) => {
      const { giveBack, plan, effects, state, kept } = await taken(elsewhere, { ru: shop });
      plan.failsAt = failsAt;

      expect(await failureOf(giveBack("theirs"))).toContain("failed");
      const stillKept = await kept();
      plan.failsAt = -1;
      effects.length = 0;
      await giveBack("theirs");

      expect(stillKept).toBeDefined();
      expect(state.webhook).toEqual(elsewhere);
      expect(Object.fromEntries(state.menus)).toEqual({ ru: shop });
      expect(await kept()).toBeUndefined();
    },
  );

  test("that is its program's again already leaves the secret token that the program set", async () => {
    const { giveBack, state, kept } = await taken(elsewhere);
    state.webhook = { ...elsewhere };

    expect((await giveBack()).webhook).toBe("leave");
    expect(state.webhook).toEqual(elsewhere);
    expect(await kept()).toBeUndefined();
  });

  test("a list that somebody set since stays", async () => {
    const { giveBack, state } = await taken(elsewhere, { "": shop });
    const since = [{ command: "since", description: "Since" }];
    state.menus.set("", since);

    await giveBack();

    expect(state.menus.get("")).toEqual(since);
  });

  test("Telegram refuses the former address: that the bot may have none now is told", async () => {
    const { giveBack, plan } = await taken(elsewhere);
    plan.failsAt = 3;

    const failure = await failureOf(giveBack());

    expect(failure).toContain("what is kept stays kept");
    expect(failure).toContain("npx bridge webhook info --stage dev --bridge main");
  });
});

describe("giving a bot back is refused", () => {
  test("where nothing is kept", async () => {
    const { giveBack, effects } = await taken({ url: "" });

    expect(await failureOf(giveBack())).toContain("nothing is kept to be given back");
    expect(effects).toEqual([]);
  });

  test("where a third program has it now, with both addresses masked", async () => {
    const { giveBack, effects, state } = await taken(elsewhere);
    state.webhook = { url: "https://third.example/hook/hunter2canary" };

    const failure = await failureOf(giveBack());

    expect(failure).toContain(
      "go to https://third.example/hook/… now, which is neither this bridge's webhook nor the kept one (https://old-bot.example/hook/…)",
    );
    expect(effects).toEqual([]);
  });

  test("with a secret token where there was no webhook", async () => {
    const { giveBack, effects } = await taken({ url: "" }, { "": shop });

    expect(await failureOf(giveBack("secret"))).toContain("so no secret token goes with it");
    expect(effects).toEqual([]);
  });
});

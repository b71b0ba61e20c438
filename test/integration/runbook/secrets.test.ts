import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { invented } from "../cli/laptop.ts";
import { quotedIn, startOperatedLaptop } from "./procedure.ts";

const [webhookBlock = [], botBlock = [], channelBlock = [], apiBlock = []] =
  quotedIn("Changing a secret");
const newWebhookSecret = "another-webhook-secret-of-the-laptop";

let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
beforeAll(async () => {
  laptop = await startOperatedLaptop();
  for (const chat of [81, 82, 83, 84, 85]) await laptop.aCustomer(chat);
});
afterAll(async () => {
  await laptop.close();
});

/**
 * Restarts the functions so that they read the stored secrets now. A running function rereads a
 * secret after a refusal, at most every thirty seconds. Another test covers that; this saves the
 * wait.
 */
const storedBefore = async (output: string, fields: Record<string, unknown>) => {
  await laptop.writeSecret(output, JSON.stringify(fields));
  laptop.restart();
};

describe("a change of a secret loses nothing", () => {
  test("of Telegram's webhook: updates with the old and with the new secret arrive", async () => {
    laptop.amocrm.faults.add({ match: "POST /v2/origin", delayMillis: 2000 });
    await laptop.customerSays(81, "in flight");

    const [set, applied] = await laptop.follow(webhookBlock, {
      "webhook-secret.txt": newWebhookSecret,
    });

    expect([set?.code, applied?.code]).toEqual([0, 0]);
    await laptop.customerSays(81, "with the new one");
    // An update that Telegram was already sending still has the old secret.
    const url = `${laptop.run.host.url}/telegram`;
    laptop.telegram.setWebhook(url, laptop.settings.telegram.webhookSecret);
    await laptop.customerSays(81, "with the earlier one");
    const all = ["hello", "in flight", "with the new one", "with the earlier one"];
    expect(await laptop.operatorHas(81, all)).toEqual(all);
    laptop.telegram.setWebhook(url, newWebhookSecret);
  });

  test("of the bot: messages that waited since the old token was revoked arrive with the new one", async () => {
    await storedBefore("TelegramBotTokenSecretId", { token: invented.botToken });
    await laptop.operatorSays(82, "waits");
    await laptop.operatorSays(82, "and this");
    await laptop.logged("the refusal", "DeliveryDeferred", "Telegram answered 401");

    const [set, applied] = await laptop.follow(botBlock, {
      "bot-token.txt": laptop.settings.telegram.botToken,
    });
    laptop.restart();

    expect([set?.code, applied?.code]).toEqual([0, 0]);
    expect(await laptop.customerHas(82, ["waits", "and this"])).toEqual(["waits", "and this"]);
    expect(laptop.log.some((line) => line.includes('"TelegramUnauthorized":1'))).toBe(true);
  });

  test("of the channel: messages refused in either direction arrive after the new secret is set", async () => {
    const { fields } = await laptop.readSecret("AmocrmChannelSecretId");
    await storedBefore("AmocrmChannelSecretId", { ...fields, current: invented.channelSecret });
    await laptop.customerSays(83, "waits");
    await laptop.logged("the refusal", "DeliveryDeferred", "amoCRM answered 40");
    const { status } = await laptop.operatorSays(84, "refused");
    expect(status).toBe(401);

    const [set, connected] = await laptop.follow(channelBlock.slice(0, -1), {
      "channel-secret.txt": laptop.settings.amocrm.channelSecret,
    });
    laptop.restart();
    const [found] = await laptop.followLater(channelBlock.slice(-1));

    expect([set?.code, connected?.code, found?.code]).toEqual([0, 0, 0]);
    expect(found?.output).toContain("lost hooks found:  1");
    expect(await laptop.operatorHas(83, ["hello", "waits"])).toEqual(["hello", "waits"]);
    expect(await laptop.customerHas(84, ["refused"])).toEqual([expect.stringContaining("refused")]);
    expect(laptop.log.some((line) => line.includes("SignatureRefused"))).toBe(true);
  });

  test("of the main API: a new customer whose contact could not be made arrives with a contact", async () => {
    await storedBefore("AmocrmApiTokenSecretId", { token: invented.apiToken });
    await laptop.customerSays(86, "waits for a contact");
    await laptop.logged("the refusal", "DeliveryDeferred", "amoCRM answered 401");

    const [set] = await laptop.follow(apiBlock, {
      "api-token.txt": laptop.settings.amocrm.apiToken,
    });
    laptop.restart();

    expect(set?.code).toBe(0);
    expect(await laptop.operatorHas(86, ["waits for a contact"])).toEqual(["waits for a contact"]);
    expect(laptop.amocrm.contacts().map(({ name }) => name)).toContain("Customer 86");
  });
});

test("nothing was given up during these changes, and no secret was printed or logged", async () => {
  expect(await laptop.parkedNow()).toEqual([]);
  const logged = laptop.log.join("\n");
  for (const secret of [...Object.values(invented), newWebhookSecret]) {
    expect(logged).not.toContain(secret.split(":").at(-1));
  }
});

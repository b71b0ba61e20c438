import { keys } from "../../support/keyboard.ts";
import type { Reply } from "../../support/keyboard.ts";
import { startLaptop } from "./laptop.ts";

/** A laptop run for the wizard: a newly deployed stack, and the replies of a person. */
export async function startSetup() {
  const laptop = await startLaptop();
  const { telegram, amocrm } = laptop.settings;
  const reply = (asked: string, types: string): Reply => ({ asked, types: types + keys.enter });
  const answers = {
    token: reply("Token of the bot", telegram.botToken),
    apiToken: reply("Long-lived token", amocrm.apiToken),
    noApiToken: reply("Long-lived token", ""),
    account: reply("amojo_id", amocrm.accountId),
    support: { asked: "Has amoCRM support sent", types: keys.yes },
    noSupport: { asked: "Has amoCRM support sent", types: keys.no },
    showLetter: reply("File for the letter", ""),
    channelId: reply("The channel's id", amocrm.channelId),
    channelSecret: reply("The channel's secret", amocrm.channelSecret),
  };
  const { token, apiToken, support, channelId, channelSecret } = answers;
  const asDeployed = (fields: object) => JSON.stringify({ ...fields, unset: "random" });
  return {
    ...laptop,
    reply,
    answers,
    /** All questions of a first setup. */
    whole: [token, apiToken, support, channelId, channelSecret],
    /** Empty secrets and no connection. */
    async undo() {
      await laptop.bridge(["webhook", "delete", "--take-over"]);
      await laptop.writeSecret("TelegramBotTokenSecretId", asDeployed({ token: "" }));
      const channel = { channelId: "", scopeId: "", current: "" };
      await laptop.writeSecret("AmocrmChannelSecretId", asDeployed(channel));
      await laptop.writeSecret("AmocrmApiTokenSecretId", asDeployed({ token: "" }));
    },
    secrets: async () => ({
      bot: await laptop.readSecret("TelegramBotTokenSecretId"),
      channel: await laptop.readSecret("AmocrmChannelSecretId"),
      api: await laptop.readSecret("AmocrmApiTokenSecretId"),
      webhook: await laptop.readSecret("TelegramWebhookSecretId"),
    }),
    webhook: () => laptop.askBot("getWebhookInfo"),
  };
}

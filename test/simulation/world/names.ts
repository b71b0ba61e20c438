/** The bot, the account and the channel of every simulated run. None of them exists. */
export const botId = "700";
export const accountId = "account";
export const channelId = "channel";
export const scopeId = `${channelId}_${accountId}`;
export const channelBot = { id: "b0700000-0000-4000-8000-000000000003", name: "Bot" };
export const apiToken = "api-token";
export const telegramRoot = "https://telegram.test";
export const amojoOrigin = "https://amojo.test";
export const amocrmOrigin = "https://amocrm.test";
export const startMillis = 1_700_000_040_000;

export const secretIds = {
  bot: "bot",
  webhook: "webhook",
  channel: "channel",
  api: "api",
} as const;

export const queueUrls = {
  "to-amocrm": "https://sqs.test/1/to-amocrm.fifo",
  "to-telegram": "https://sqs.test/1/to-telegram.fifo",
} as const;

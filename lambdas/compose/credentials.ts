import * as z from "zod/mini";

/** The secret in use, and the previous one during a rotation. */
const rotating = {
  current: z.string().check(z.minLength(1, "not set yet")),
  previous: z.optional(z.string()),
};

/** Secret token of the Telegram webhook. */
export const telegramWebhookCredentials = z.looseObject(rotating);

/** The amoCRM channel. amoCRM support gives its id and secret, and `bridge connect` gives its scope id. */
export const amocrmChannelCredentials = z.looseObject({
  ...rotating,
  channelId: z.string(),
  scopeId: z.string().check(z.minLength(1, "not connected yet")),
  /** When a person last connected the channel. The bridge does not deliver older messages. */
  connectedAtMillis: z.optional(z.int()),
});
export type AmocrmChannelCredentials = z.output<typeof amocrmChannelCredentials>;

/** Key of the deep links that `bridge link` makes. */
export const deepLinkCredentials = z.looseObject(rotating);

/** Token of the bot, as @BotFather gave it. */
export const telegramBotCredentials = z.looseObject({
  token: z.string().check(z.regex(/^[0-9]+:[A-Za-z0-9_-]+$/, "expected <bot id>:<key>")),
});
export type TelegramBotCredentials = z.output<typeof telegramBotCredentials>;

/** The long-lived token of amoCRM's main API. When it is empty, the bridge makes no main-API call. */
export const amocrmApiCredentials = z.looseObject({ token: z.string() });
export type AmocrmApiCredentials = z.output<typeof amocrmApiCredentials>;

import * as z from "zod/mini";

/** A secret in use, and the one before it while a rotation is under way. */
const rotating = {
  current: z.string().check(z.minLength(1, "not set yet")),
  previous: z.optional(z.string()),
};

/** Secret token of the Telegram webhook. */
export const telegramWebhookCredentials = z.looseObject(rotating);

/** The amoCRM channel: its id and secret from amoCRM support, its scope id from `bridge connect`. */
export const amocrmChannelCredentials = z.looseObject({
  ...rotating,
  channelId: z.string(),
  scopeId: z.string().check(z.minLength(1, "not connected yet")),
  /** When the channel was connected last: what is older is not ours to deliver. */
  connectedAtMillis: z.optional(z.int()),
});
export type AmocrmChannelCredentials = z.output<typeof amocrmChannelCredentials>;

/** Token of the bot, as @BotFather gave it. */
export const telegramBotCredentials = z.looseObject({
  token: z.string().check(z.regex(/^[0-9]+:[A-Za-z0-9_-]+$/, "expected <bot id>:<key>")),
});
export type TelegramBotCredentials = z.output<typeof telegramBotCredentials>;

/** Long-lived token of amoCRM's main API; empty: the bridge makes no main-API call. */
export const amocrmApiCredentials = z.looseObject({ token: z.string() });
export type AmocrmApiCredentials = z.output<typeof amocrmApiCredentials>;

type Given = Readonly<Record<string, string | undefined>>;
type Values<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/** The variables of the Telegram webhook. It may send to one queue, put large bodies and read one secret. */
export const telegramWebhookNames = [
  "TELEGRAM_BOT_ID",
  "TELEGRAM_WEBHOOK_SECRET_ID",
  "TO_AMOCRM_QUEUE_URL",
  "BODIES_BUCKET",
] as const;

/** The variables of the amoCRM webhook. The deliveries table is its spool. */
export const amocrmWebhookNames = [
  "AMOCRM_CHANNEL_SECRET_ID",
  "TO_TELEGRAM_QUEUE_URL",
  "DELIVERIES_TABLE",
  "BODIES_BUCKET",
] as const;

/** The variables that `infra/` must set. A missing one is a compile error there. */
export type TelegramWebhookVariables = Values<typeof telegramWebhookNames>;
export type AmocrmWebhookVariables = Values<typeof amocrmWebhookNames>;

/**
 * Returns the values of these variables. Throws an error that names all missing ones at once. It
 * works without zod, because zod would be most of the code that a webhook's sandbox loads.
 */
export function readNames<const Names extends readonly string[]>(
  names: Names,
  given: Given,
): Values<Names> {
  const missing = names.filter((name) => (given[name] ?? "") === "");
  if (missing.length > 0) {
    const problems = missing.map((name) => `${name}: expected a value`);
    throw new Error(`Environment variables: ${problems.join("; ")}`);
  }
  return Object.fromEntries(names.map((name) => [name, given[name]])) as Values<Names>;
}

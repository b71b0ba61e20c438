type Given = Readonly<Record<string, string | undefined>>;
type Values<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/** What the Telegram webhook needs; it may send to one queue, put large bodies, read one secret. */
export const telegramWebhookNames = [
  "TELEGRAM_BOT_ID",
  "TELEGRAM_WEBHOOK_SECRET_ID",
  "TO_AMOCRM_QUEUE_URL",
  "BODIES_BUCKET",
] as const;

/** What the amoCRM webhook needs; the deliveries table is its spool. */
export const amocrmWebhookNames = [
  "AMOCRM_CHANNEL_SECRET_ID",
  "TO_TELEGRAM_QUEUE_URL",
  "DELIVERIES_TABLE",
  "BODIES_BUCKET",
] as const;

/** The variables `infra/` must set; a missing one is a compile error there. */
export type TelegramWebhookVariables = Values<typeof telegramWebhookNames>;
export type AmocrmWebhookVariables = Values<typeof amocrmWebhookNames>;

/**
 * The values of these variables; all that are missing are named at once. Without zod, which is most
 * of what a webhook's sandbox would load.
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

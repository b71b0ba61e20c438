/** Key of the report's item in the table of deliveries. */
export const caretakerReportId = "caretaker:report";

/**
 * What the caretaker leaves behind after every run, for people who look. A round that was not due
 * keeps what its last run found.
 */
export type CaretakerReport = {
  /** When the last run ended. */
  readonly ranAtMillis: number;
  /** Rounds that failed when they were last due, none when all went well. */
  readonly failedRounds: readonly string[];
  /** Rounds that were skipped when they were last due, because a secret of theirs is not set yet. */
  readonly skippedRounds?: readonly string[];
  /** The last look for lost hooks, and how many it found and brought back. */
  readonly reconciledAtMillis?: number;
  readonly foundLost?: number;
  /** The last look at Telegram's webhook: whether it is ours, and how many updates waited there. */
  readonly webhookInspectedAtMillis?: number;
  readonly isWebhookOurs?: boolean;
  readonly pendingUpdates?: number;
  /** The last signed check through the public address, and which webhooks answered as they should. */
  readonly checkedAtMillis?: number;
  readonly isTelegramWebhookFine?: boolean;
  readonly isAmocrmWebhookFine?: boolean;
  /** When amoCRM's API token ends, as the token itself says; absent without a token. */
  readonly apiTokenExpiresAtMillis?: number;
};

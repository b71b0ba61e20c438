import * as z from "zod/mini";

/** What the check of a roll-out needs: both webhooks' secrets, and the ARNs of their newest versions. */
export const rolloutCheckNames = [
  "TELEGRAM_WEBHOOK_SECRET_ID",
  "TELEGRAM_WEBHOOK_VERSION",
  "AMOCRM_CHANNEL_SECRET_ID",
  "AMOCRM_WEBHOOK_VERSION",
] as const;

/** The variables `infra/` must set; a missing one is a compile error there. */
export type RolloutCheckVariables = Readonly<Record<(typeof rolloutCheckNames)[number], string>>;

const maybeSet = z._default(z.string(), "");

/** The webhooks' secrets as they are before anybody has set them, too. */
export const telegramSecretIfSet = z.looseObject({ current: maybeSet });
export const channelSecretIfSet = z.looseObject({ current: maybeSet, scopeId: maybeSet });

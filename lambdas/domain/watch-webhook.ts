import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { CaretakerFindings } from "../ports/caretaker-reports.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { SecretUnset } from "../ports/secret.ts";
import type { WebhookInspector } from "../ports/webhook-info.ts";
import { reasonOf } from "./settle.ts";

const manyPending = 100;
const hourMillis = 3_600_000;

/**
 * Looks whether Telegram still delivers to us. Another consumer of the bot takes the webhook away
 * without a word, so a drift is an error for a person; nothing is mended here. While the bridge is not
 * connected, before it is set up and after `bridge disconnect`, a webhook that is not ours is none yet.
 * Throws SecretUnset without a bot token.
 */
export async function watchWebhook(
  expectedUrl: string,
  deps: {
    readonly webhook: WebhookInspector;
    /** Whether customers' messages have a way to amoCRM; true where that cannot be known. */
    readonly isConnected: () => Promise<boolean>;
    readonly now: Now;
    readonly logger: Logger;
  },
): Promise<CaretakerFindings> {
  const { webhook, isConnected, now, logger } = deps;
  try {
    const { url, pendingUpdates, lastErrorAtMillis } = await webhook.inspect();
    const facts = { pendingUpdates, isOurs: url === expectedUrl };
    if (!facts.isOurs && !(await isConnected())) {
      logger.info("WebhookNotSetYet", facts);
      return {
        webhookInspectedAtMillis: now(),
        isWebhookOurs: undefined,
        pendingUpdates: undefined,
      };
    }
    if (!facts.isOurs) logger.error("WebhookTakenAway", facts);
    else if (pendingUpdates >= manyPending) logger.error("WebhookBacklog", facts);
    else if (lastErrorAtMillis !== undefined && now() - lastErrorAtMillis < hourMillis) {
      logger.warn("WebhookErrors", facts);
    } else logger.info("WebhookFine", facts);
    const { isOurs: isWebhookOurs } = facts;
    return { webhookInspectedAtMillis: now(), isWebhookOurs, pendingUpdates };
  } catch (error) {
    if (error instanceof SecretUnset) throw error;
    if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
    logger.error("WebhookNotInspected", { reason: reasonOf(error) });
    return {};
  }
}

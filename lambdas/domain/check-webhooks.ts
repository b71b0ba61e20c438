import type { BridgeCheck } from "../model/bridge-check.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { CaretakerFindings } from "../ports/caretaker-reports.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OwnWebhook } from "../ports/own-webhook.ts";
import { SecretUnavailable } from "../ports/secret.ts";
import { reasonOf } from "./settle.ts";

/**
 * Sends an authentic message of nobody through both webhooks, as a vendor would, and says which
 * answered 200. One that is not set up yet is left out: that is no trouble of anybody's.
 */
export async function checkWebhooks(deps: {
  readonly telegram: OwnWebhook;
  readonly amocrm: OwnWebhook;
  readonly nonce: () => string;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<CaretakerFindings> {
  const { telegram, amocrm, nonce, now, logger } = deps;
  const check = async (side: "telegram" | "amocrm", webhook: OwnWebhook) => {
    const sentAtMillis = now();
    const body: BridgeCheck = { kind: "synthetic", sentAtMillis, nonce: nonce() };
    try {
      const status = await webhook.send(body);
      const fields = { side, status, millis: now() - sentAtMillis };
      if (status === 200) logger.info("CheckAnswered", fields);
      else logger.error("CheckFailed", fields);
      return status === 200;
    } catch (error) {
      if (error instanceof SecretUnavailable) {
        logger.info("CheckSkipped", { side, reason: reasonOf(error) });
        return undefined;
      }
      if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
      logger.error("CheckFailed", { side, reason: reasonOf(error) });
      return false;
    }
  };
  const [isTelegramWebhookFine, isAmocrmWebhookFine] = await Promise.all([
    check("telegram", telegram),
    check("amocrm", amocrm),
  ]);
  return { checkedAtMillis: now(), isTelegramWebhookFine, isAmocrmWebhookFine };
}

import { PermanentFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { Logger } from "../ports/logger.ts";
import { noteCrmPause } from "./chat-pause.ts";
import type { StepContext, StepResult } from "./delivery.ts";
import type { StepOf } from "./step.ts";

/** Tells amoCRM how an operator's message ended, where that could not be done at once. */
export async function reportStatus(
  { conversationId, amocrmMessageId, status }: StepOf<"report-status">,
  { conversations }: StepContext,
  { crm, logger, now }: { readonly crm: CrmChat; readonly logger: Logger; readonly now: Now },
): Promise<StepResult> {
  try {
    await crm.setDeliveryStatus(amocrmMessageId, status);
    return {};
  } catch (error) {
    await noteCrmPause(conversationId, error, { conversations, now });
    if (!(error instanceof PermanentFailure)) throw error;
    // amoCRM does not know the message (any more): no operator can see a status.
    logger.error("StatusRefused", { amocrmMessageId, reason: error.message });
    return { outcome: "refused" };
  }
}

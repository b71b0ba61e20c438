import type { OperatorEvent } from "../model/message.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { EventStanding } from "../ports/event-standing.ts";

/**
 * Has a later message of the operator already gone out? Asked for late events only, so it may cost
 * a call: the chat's history knows what came later, the ledger what went out. When that cannot be
 * known the answer is yes, and the message says its time.
 */
export async function isOvertaken(
  event: OperatorEvent,
  deps: {
    readonly history: CrmHistory;
    readonly ledger: EventStanding;
    readonly hookIdOf: (amocrmMessageId: string) => string;
  },
): Promise<boolean> {
  const { amojoChatId, conversationId, sentAtMillis } = event;
  if (amojoChatId === undefined || conversationId === undefined) return true;
  if (sentAtMillis === undefined) return true;
  try {
    const page = await deps.history.page({ amojoChatId, conversationId }, 0);
    for (const message of page) {
      const isLater = message.sentAtMillis > sentAtMillis && message.msgid === undefined;
      if (!isLater) continue;
      const standing = await deps.ledger.standing(deps.hookIdOf(message.amocrmMessageId));
      if (standing === "ended") return true;
    }
    return false;
  } catch (error) {
    if (error instanceof TransientFailure || error instanceof PermanentFailure) return true;
    throw error;
  }
}

import { isMessageId } from "../model/ids.ts";
import type { AttemptConversations } from "./attempt-conversations.ts";
import type { StepResult } from "./delivery.ts";
import type { Recipient } from "./step.ts";
import { answeredAside } from "./topics.ts";

/**
 * Remembers in which topic a message went, when that is not the topic of the customer's last message. That
 * it cannot be remembered is no reason to send the message again.
 */
export async function noteAside(
  { conversationId, where = {}, isAside }: Recipient,
  { id = "" }: StepResult,
  conversations: AttemptConversations,
): Promise<void> {
  if (isAside !== true || !isMessageId(id)) return;
  try {
    // Read again: the customer may have written elsewhere meanwhile.
    const news = answeredAside(await conversations.findAgain(conversationId), id, where);
    if (news.topics !== undefined) await conversations.update(conversationId, news);
  } catch {
    // A quote of this message goes to the topic of the customer's last message, as without the note.
  }
}

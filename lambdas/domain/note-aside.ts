import { isMessageId } from "../model/ids.ts";
import type { Where } from "../model/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { Part } from "./delivery.ts";
import { answeredAside } from "./topics.ts";

/**
 * Remembers in which topic a part of an answer went, when that is not the topic of the customer's last message.
 * That it cannot be remembered is no reason to send the part again.
 */
export function noteAside(
  part: Part,
  conversationId: string,
  where: Where,
  { conversations }: { readonly conversations: ConversationStore },
): Part {
  const note = async (id: string) => {
    if (!isMessageId(id)) return;
    const news = answeredAside(await conversations.find(conversationId), id, where);
    if (news.topics !== undefined) await conversations.update(conversationId, news);
  };
  return {
    ...part,
    async send(entry, deadlineMillis) {
      const id = await part.send(entry, deadlineMillis);
      await note(id).catch(() => undefined);
      return id;
    },
  };
}

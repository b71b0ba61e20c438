import type { CustomerEvent } from "../model/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import { linkContact } from "./link-contact.ts";
import type { LinkContactDependencies } from "./link-contact.ts";

/**
 * Has the amoCRM chat of a conversation ready for its next message, and answers amoCRM's id of it.
 * Every conversation begins with making the chat, which makes no contact and no lead; then a known
 * contact is linked, before the first message, so that no stray lead appears.
 */
export function createOpenConversation(
  deps: LinkContactDependencies & {
    readonly crm: CrmChat;
    readonly conversations: ConversationStore;
  },
): (event: CustomerEvent) => Promise<string> {
  return async (event) => {
    const { conversationId, customer } = event;
    const known = await deps.conversations.find(conversationId);
    if (known?.amojoChatId !== undefined) {
      await linkContact({ ...known, amojoChatId: known.amojoChatId }, customer, deps);
      return known.amojoChatId;
    }
    const { amojoChatId, amojoUserId } = await deps.crm.openChat(conversationId, customer);
    const opened = amojoUserId === undefined ? { amojoChatId } : { amojoChatId, amojoUserId };
    await deps.conversations.update(conversationId, opened);
    await linkContact({ ...known, conversationId, amojoChatId }, customer, deps);
    return amojoChatId;
  };
}

import type { ElsewhereEvent } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { Work } from "./delivery.ts";
import { notHere } from "./texts.ts";

/** Tells a group, a channel or a business account's chat, once, that the bridge does not serve there. */
export async function answerElsewhere(
  event: ElsewhereEvent,
  deps: {
    readonly conversations: ConversationStore;
    readonly messenger: CustomerMessenger;
    readonly now: Now;
  },
): Promise<Work> {
  const { conversationId, chatId, place, businessConnectionId } = event;
  const known = await deps.conversations.find(conversationId);
  if (known?.refusedAtMillis !== undefined) {
    return { kind: "ignore", reason: `written in a ${place}, which was told already` };
  }
  const send = async (): Promise<string> => {
    await deps.conversations.update(conversationId, { refusedAtMillis: deps.now() });
    const options = businessConnectionId === undefined ? {} : { businessConnectionId };
    return deps.messenger.sendText(chatId, notHere(place, event.language), options);
  };
  // The bot may lack the right to write there, and nobody waits for it.
  return { kind: "parts", parts: [{ send, skipAfter: () => true }] };
}

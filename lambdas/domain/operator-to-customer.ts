import type { Conversation } from "../model/conversation.ts";
import type { PermanentReason } from "../model/failure.ts";
import { chatOf } from "../model/ids.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import { respectPause } from "./chat-pause.ts";
import type { Part, Work } from "./delivery.ts";
import { splitText } from "./split-text.ts";
import { lateNote } from "./texts.ts";

/** Bot API: characters of a text, counted in UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/**
 * What an operator's message asks for: its text, in as many messages as Telegram needs. A text
 * that comes after a later one of its chat says its own time.
 */
export function operatorToCustomer(
  event: OperatorEvent,
  {
    conversation,
    isOvertaken = false,
  }: { conversation?: Conversation | undefined; isOvertaken?: boolean },
  {
    messenger,
    botId,
    conversations,
    now,
  }: {
    readonly messenger: CustomerMessenger;
    readonly botId: string;
    readonly conversations: ConversationStore;
    readonly now: Now;
  },
): Work {
  const refuse = (reason: PermanentReason): Work => ({ kind: "park", reason, detail: reason });
  if (event.conversationId === undefined) return refuse("write-first");
  const chat = chatOf(event.conversationId);
  if (chat === undefined || chat.botId !== botId) return refuse("foreign-conversation");
  if (event.content.type !== "text") return refuse("kind-not-supported");
  const { reach, language = "en" } = conversation ?? {};
  if (reach === "blocked" || reach === "deactivated") return refuse(reach);

  if (event.content.text.trim() === "") return refuse("empty-text");
  const note = isOvertaken ? lateNote(event.sentAtMillis, language) : "";
  // A function of the text alone: a later attempt must find the same parts, with a note or without.
  const texts = splitText(event.content.text, maxTextLength);
  const { conversationId } = event;
  const parts = texts.map(
    (text, index): Part => ({
      async send() {
        // The first part goes out right after the look at the conversation, the others later.
        if (index > 0) {
          const known = await conversations.find(conversationId);
          respectPause(known?.pausedUntilMillis, now());
        }
        const noted = index === 0 ? `${note}${text}` : text;
        if (noted.length <= maxTextLength) return messenger.sendText(chat.chatId, noted);
        await messenger.sendText(chat.chatId, note.trim());
        return messenger.sendText(chat.chatId, text);
      },
      beforeRepeat: () => messenger.touchChat(chat.chatId),
    }),
  );
  return { kind: "parts", parts };
}

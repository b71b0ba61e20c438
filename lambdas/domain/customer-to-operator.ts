import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { CustomerEvent, Language } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { CustomerFiles, MediaStore } from "../ports/files.ts";
import type { SentMessages } from "../ports/sent-messages.ts";
import { respectPause } from "./chat-pause.ts";
import type { Part, Work } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { greet } from "./greet.ts";
import { keepMedia, keptBy, largestFromCustomerBytes } from "./keep-media.ts";
import { momentWithin } from "./moment.ts";
import type { OpenConversation } from "./open-conversation.ts";
import { editCustomers, showCustomers } from "./show-in-crm.ts";
import { sendSmaller } from "./texts.ts";

/** What carrying a customer's message needs from outside. */
export type CustomerToOperatorDependencies = {
  readonly crm: CrmChat;
  readonly messenger: CustomerMessenger;
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly openConversation: OpenConversation;
  readonly conversations: ConversationStore;
  readonly sentMessages: SentMessages;
  readonly files: CustomerFiles;
  readonly mediaStore: MediaStore;
  readonly echo: EchoGuard;
  readonly now: Now;
};

/**
 * What a customer's message asks for: its file kept, the message itself in the amoCRM chat, a word
 * to a customer whose file is too large and, after a command, the bot's greeting.
 */
export function customerToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  deps: CustomerToOperatorDependencies,
): Work {
  const { content, sentAtSeconds } = event;
  const sentAtMillis =
    sentAtSeconds === undefined ? acceptedAtMillis : momentWithin(sentAtSeconds, acceptedAtMillis);
  const show = (keptId?: string): Part => ({
    send(entry) {
      const kept = keptId === undefined ? undefined : keptBy(keptId);
      const said = { event, sentAtMillis, kept };
      return event.kind === "edit"
        ? editCustomers(said, entry, deps)
        : showCustomers(said, entry, deps);
    },
  });
  if (content.type === "media") {
    const keep = keepMedia(content.media, deps);
    const parts = ([keptId, shown, told]: readonly string[]): Part | undefined => {
      if (keptId === undefined) return keep;
      if (shown === undefined) return show(keptId);
      const kept = keptBy(keptId);
      const isTooLarge = "why" in kept && kept.why === "tooLarge";
      return isTooLarge && told === undefined ? tellTooLarge(event, deps) : undefined;
    };
    return { kind: "parts", parts };
  }
  const greeting = event.command === undefined ? [] : greet(event, sentAtMillis, deps);
  return { kind: "parts", parts: [show(), ...greeting] };
}

function tellTooLarge(event: CustomerEvent, deps: CustomerToOperatorDependencies): Part {
  const { messenger, conversations, now } = deps;
  return {
    async send() {
      const conversation = await conversations.find(event.conversationId);
      respectPause(conversation?.pausedUntilMillis, now());
      const text = sendSmaller(largestFromCustomerBytes, event.customer.language);
      return messenger.sendText(event.chatId, text);
    },
    beforeRepeat: () => messenger.touchChat(event.chatId),
    // The operator knows it already, and the next message must not wait for this one.
    skipAfter: (error, { attempts }) =>
      error instanceof PermanentFailure || !(error instanceof TransientFailure) || attempts > 1,
  };
}

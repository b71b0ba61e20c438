import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { CrmMessage } from "../ports/crm-chat.ts";
import { respectPause } from "./chat-pause.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Part } from "./delivery.ts";
import { showOnce } from "./show-in-crm.ts";
import { greeting } from "./texts.ts";

/** The chat goes on without the copy of a greeting that amoCRM has not taken so often. */
const greetingAttempts = 2;

/** The bot's answer to a command, and the same shown to operators as the channel's bot. */
export function greet(
  event: CustomerEvent,
  sentAtMillis: number,
  deps: CustomerToOperatorDependencies,
): Part[] {
  const { crm, messenger, botId } = deps;
  const { conversationId, customer } = event;
  const text = greeting(customer.language);
  const say: Part = {
    async send() {
      const conversation = await deps.conversations.find(conversationId);
      respectPause(conversation?.pausedUntilMillis, deps.now());
      return messenger.sendText(event.chatId, text);
    },
    beforeRepeat: () => messenger.touchChat(event.chatId),
    skipAfter: () => true,
  };
  const showSaid: Part = {
    // Refused for a reason of its own, it must not hold what the customer writes next.
    skipAfter: (error, { attempts }) =>
      error instanceof PermanentFailure ||
      attempts >= greetingAttempts ||
      (error instanceof TransientFailure && error.needsPerson),
    async send(entry) {
      const telegramMessageId = entry.parts[1] ?? "";
      if (telegramMessageId === "") return "";
      const said: CrmMessage = {
        conversationId,
        msgid: msgidOf(botId, event.chatId, telegramMessageId),
        customer,
        from: "bot",
        sentAtMillis,
        silent: true,
        content: { type: "text", text },
      };
      return deps.echo.importing(conversationId, text, async () => {
        const { amojoChatId } = await deps.openConversation(event);
        return showOnce(said, amojoChatId, entry, deps);
      });
    },
  };
  return crm.canSpeakAsBot() ? [say, showSaid] : [say];
}

import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { CustomerEvent, Language } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat, CrmMessage } from "../ports/crm-chat.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import { respectPause } from "./attentive-messenger.ts";
import type { Job, Part } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { momentWithin } from "./moment.ts";
import { greeting, placeholder } from "./texts.ts";

/** What carrying a customer's message needs from outside. */
export type CustomerToOperatorDependencies = {
  readonly crm: CrmChat;
  readonly messenger: CustomerMessenger;
  readonly botId: string;
  readonly operatorLanguage: Language;
  /** Has the chat opened, its contact linked where that is wanted; answers amoCRM's id of it. */
  readonly openConversation: (event: CustomerEvent) => Promise<string>;
  readonly conversations: ConversationStore;
  readonly echo: EchoGuard;
  readonly now: Now;
};

/**
 * What a customer's message asks for: the message itself in the amoCRM chat and, after a command,
 * the bot's greeting to the customer, shown to operators as the channel's bot.
 */
export function customerToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  deps: CustomerToOperatorDependencies,
): Job {
  const { content } = event;
  const message: CrmMessage = {
    conversationId: event.conversationId,
    msgid: event.msgid,
    customer: event.customer,
    from: "customer",
    sentAtMillis: momentWithin(event.sentAtSeconds, acceptedAtMillis),
    // Pressing "start" is no request yet: the first real message makes lead and notification.
    silent: event.command === "start",
    content:
      content.type === "text"
        ? content
        : { type: "text", text: placeholder(content.kind, content.text, deps.operatorLanguage) },
  };
  const parts: Part[] = [
    {
      send: () => (event.kind === "edit" ? edit(message, event, deps) : show(message, event, deps)),
    },
  ];
  if (event.command !== undefined) parts.push(...greet(message, event, deps));
  return { work: { kind: "parts", parts } };
}

async function show(
  message: CrmMessage,
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Promise<string> {
  const amojoChatId = await deps.openConversation(event);
  try {
    return await deps.crm.sendMessage(message);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // The refusal may mean that an earlier attempt was carried out: amoCRM takes a msgid once.
    const found = await deps.crm.findMessage(
      { amojoChatId, conversationId: event.conversationId },
      message.msgid,
      message.sentAtMillis,
    );
    if (found === undefined) throw error;
    return found;
  }
}

async function edit(
  message: CrmMessage,
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Promise<string> {
  await deps.openConversation(event);
  await deps.crm.editMessage(message);
  return "edited";
}

function greet(
  message: CrmMessage,
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Part[] {
  const { crm, messenger, botId } = deps;
  const text = greeting(event.customer.language);
  const say: Part = {
    async send() {
      const conversation = await deps.conversations.find(event.conversationId);
      respectPause(conversation?.pausedUntilMillis, deps.now());
      return messenger.sendText(event.chatId, text);
    },
    beforeRepeat: () => messenger.touchChat(event.chatId),
    skipAfter: () => true,
  };
  const showSaid: Part = {
    // Refused for a reason of its own, it must not hold what the customer writes next.
    skipAfter: (error) =>
      error instanceof PermanentFailure || (error instanceof TransientFailure && error.needsPerson),
    async send(earlier) {
      const telegramMessageId = earlier[1] ?? "";
      if (telegramMessageId === "") return "";
      const msgid = msgidOf(botId, event.chatId, telegramMessageId);
      const said: CrmMessage = {
        ...message,
        from: "bot",
        msgid,
        silent: true,
        content: { type: "text", text },
      };
      return deps.echo.importing(event.conversationId, () => show(said, event, deps));
    },
  };
  return crm.canSpeakAsBot() ? [say, showSaid] : [say];
}

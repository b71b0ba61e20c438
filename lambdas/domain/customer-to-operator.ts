import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent, Language } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat, CrmMessage } from "../ports/crm-chat.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import { respectPause } from "./chat-pause.ts";
import type { Part, Work } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { momentWithin } from "./moment.ts";
import { editedText, greeting, placeholder } from "./texts.ts";

/** Attempts for a message of unknown outcome to show up in the history. */
const historyPatience = 5;
/** The chat goes on without the copy of a greeting that amoCRM has not taken so often. */
const greetingAttempts = 2;

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
): Work {
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
      send: (entry) =>
        event.kind === "edit"
          ? edit(message, event, entry, deps)
          : show(message, event, entry, deps),
    },
  ];
  if (event.command !== undefined) parts.push(...greet(message, event, deps));
  return { kind: "parts", parts };
}

async function show(
  message: CrmMessage,
  event: CustomerEvent,
  { ambiguous, attempts }: LedgerEntry,
  deps: CustomerToOperatorDependencies,
): Promise<string> {
  const { conversationId } = event;
  const amojoChatId = await deps.openConversation(event);
  try {
    return await deps.crm.sendMessage(message);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // The refusal may mean that an earlier attempt was carried out: amoCRM takes a msgid once.
    const found = await lookUp(message, { amojoChatId, conversationId }, deps);
    if (found !== undefined) return found;
    // What amoCRM has accepted shows up in the history a little later.
    const mayShowUp = ambiguous > 0 && attempts < historyPatience;
    throw mayShowUp ? new TransientFailure("refused, and not in the history yet") : error;
  }
}

/** A history that nobody may read settles nothing; one that cannot be read now is asked again. */
async function lookUp(
  { msgid, sentAtMillis }: CrmMessage,
  chat: { amojoChatId: string; conversationId: string },
  { crm }: CustomerToOperatorDependencies,
): Promise<string | undefined> {
  try {
    return await crm.findMessage(chat, msgid, sentAtMillis);
  } catch (error) {
    if (error instanceof TransientFailure && !error.needsPerson) throw error;
    return undefined;
  }
}

/** An edit of a message that amoCRM does not have is shown as a message of its own. */
async function edit(
  message: CrmMessage,
  event: CustomerEvent,
  entry: LedgerEntry,
  deps: CustomerToOperatorDependencies,
): Promise<string> {
  await deps.openConversation(event);
  try {
    await deps.crm.editMessage(message);
    return "edited";
  } catch (error) {
    if (!(error instanceof PermanentFailure) || message.content.type !== "text") throw error;
    const text = editedText(message.content.text, deps.operatorLanguage);
    const msgid = `${message.msgid}-edit-${message.sentAtMillis}`;
    return show({ ...message, msgid, content: { type: "text", text } }, event, entry, deps);
  }
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
    skipAfter: (error, { attempts }) =>
      error instanceof PermanentFailure ||
      attempts >= greetingAttempts ||
      (error instanceof TransientFailure && error.needsPerson),
    async send(entry) {
      const telegramMessageId = entry.parts[1] ?? "";
      if (telegramMessageId === "") return "";
      const msgid = msgidOf(botId, event.chatId, telegramMessageId);
      const said: CrmMessage = {
        ...message,
        from: "bot",
        msgid,
        silent: true,
        content: { type: "text", text },
      };
      return deps.echo.importing(event.conversationId, text, () => show(said, event, entry, deps));
    },
  };
  return crm.canSpeakAsBot() ? [say, showSaid] : [say];
}

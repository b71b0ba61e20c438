import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Language } from "../model/language.ts";
import type { CustomerEvent, MessageReference } from "../model/message.ts";
import type { CrmChat, CrmMessage } from "../ports/crm-chat.ts";
import type { MediaStore } from "../ports/files.ts";
import { msgidOf } from "../model/ids.ts";
import { crmContentOf } from "./customer-content.ts";
import type { Kept } from "./customer-content.ts";
import type { OpenConversation } from "./open-conversation.ts";
import type { SentMessages } from "./sent-messages.ts";
import { editedText } from "./texts.ts";

/** Attempts for a message of unknown outcome to show up in the history. */
const historyPatience = 5;

type ShowDependencies = {
  readonly crm: CrmChat;
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly openConversation: OpenConversation;
  readonly sentMessages: SentMessages;
  readonly mediaStore: MediaStore;
};

/** A customer's event on its way into amoCRM, its file kept before. */
type Said = {
  readonly event: CustomerEvent;
  readonly sentAtMillis: number;
  readonly isSilent: boolean;
  readonly kept?: Kept | undefined;
};

/** Shows a customer's message in its amoCRM chat, which is opened first; answers amoCRM's id. */
export async function showCustomers(
  said: Said,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<string> {
  const { event } = said;
  const { amojoChatId, avatarAddress, phone } = await deps.openConversation(event);
  const repliesTo = await referenceOf(event, deps);
  const messageWith = (reference: MessageReference | undefined): CrmMessage => ({
    conversationId: event.conversationId,
    msgid: event.msgid,
    customer: { ...event.customer, avatarAddress, phone },
    from: "customer",
    sentAtMillis: said.sentAtMillis,
    silent: said.isSilent,
    content: contentOf(said, reference === undefined, deps),
    ...(reference === undefined ? {} : { repliesTo: reference }),
    ...(event.choice === undefined ? {} : { choice: event.choice }),
  });
  try {
    return await showOnce(messageWith(repliesTo), amojoChatId, entry, deps);
  } catch (error) {
    if (!(error instanceof PermanentFailure) || repliesTo === undefined) throw error;
    // Perhaps amoCRM does not know what it answers: the words stand in for the link.
    return showOnce(messageWith(undefined), amojoChatId, entry, deps);
  }
}

/** Sends a message; a refusal is settled by the history, because amoCRM takes a msgid once. */
export async function showOnce(
  message: CrmMessage,
  amojoChatId: string,
  { ambiguous, attempts }: LedgerEntry,
  { crm }: { readonly crm: CrmChat },
): Promise<string> {
  const { conversationId } = message;
  try {
    return await crm.sendMessage(message);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // The refusal may mean that an earlier attempt was carried out.
    const found = await lookUp(message, { amojoChatId, conversationId }, crm);
    if (found !== undefined) return found;
    // What amoCRM has accepted shows up in the history a little later.
    const mayShowUp = ambiguous > 0 && attempts < historyPatience;
    throw mayShowUp ? new TransientFailure("refused, and not in the history yet") : error;
  }
}

/** An edit of a message that amoCRM does not have is shown as a message of its own. */
export async function editCustomers(
  said: Said,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<string> {
  const { event, sentAtMillis } = said;
  const { avatarAddress, amojoChatId } = await deps.openConversation(event);
  const message: CrmMessage = {
    conversationId: event.conversationId,
    msgid: event.msgid,
    customer: { ...event.customer, avatarAddress },
    from: "customer",
    sentAtMillis,
    silent: false,
    content: contentOf(said, false, deps),
  };
  try {
    await deps.crm.editMessage(message);
    return "edited";
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const { content } = message;
    const msgid = `${event.msgid}-edit-${sentAtMillis}`;
    const edited =
      content.type === "contact"
        ? content
        : { ...content, text: editedText(content.text, deps.operatorLanguage) };
    return showOnce({ ...message, msgid, content: edited }, amojoChatId, entry, deps);
  }
}

function contentOf({ event, kept }: Said, inWords: boolean, deps: ShowDependencies) {
  return crmContentOf(event, {
    language: deps.operatorLanguage,
    inWords,
    kept,
    addressOf: (path) => deps.mediaStore.addressOf(path),
  });
}

/** The customer's own messages have our msgid; those of operators are looked up. */
async function referenceOf(
  { quote, conversationId, chatId }: CustomerEvent,
  { sentMessages, botId }: ShowDependencies,
): Promise<MessageReference | undefined> {
  const { telegramMessageId, from } = quote ?? {};
  if (telegramMessageId === undefined || from === "elsewhere") return undefined;
  if (from === "customer") return { msgid: msgidOf(botId, chatId, telegramMessageId) };
  const amocrmMessageId = await sentMessages.amocrmMessageOf(conversationId, telegramMessageId);
  return amocrmMessageId === undefined ? undefined : { amocrmMessageId };
}

/** A history that nobody may read settles nothing; one that cannot be read now is asked again. */
async function lookUp(
  { msgid, sentAtMillis }: CrmMessage,
  chat: { amojoChatId: string; conversationId: string },
  crm: CrmChat,
): Promise<string | undefined> {
  try {
    return await crm.findMessage(chat, msgid, sentAtMillis);
  } catch (error) {
    if (error instanceof TransientFailure && !error.needsPerson) throw error;
    return undefined;
  }
}

import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Language } from "../model/language.ts";
import type { CustomerEvent, MessageReference } from "../model/message.ts";
import type { CrmChat, CrmContent, CrmMessage } from "../ports/crm-chat.ts";
import type { Now } from "../ports/clock.ts";
import type { MediaStore } from "../ports/files.ts";
import type { ShownPieces } from "../ports/shown-pieces.ts";
import { msgidOf } from "../model/ids.ts";
import { crmContentOf } from "./customer-content.ts";
import type { Kept } from "./customer-content.ts";
import type { StepResult } from "./delivery.ts";
import type { OpenConversation } from "./open-conversation.ts";
import type { SentMessages } from "./sent-messages.ts";
import type { Piece } from "./pieces.ts";

/** Attempts for a message of unknown outcome to show up in the history. */
const historyPatience = 5;

/** What showing customers' messages needs from outside. */
export type ShowDependencies = {
  readonly crm: CrmChat;
  readonly shownPieces: ShownPieces;
  readonly now: Now;
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly openConversation: OpenConversation;
  readonly sentMessages: SentMessages;
  readonly mediaStore: MediaStore;
};

/** A piece of a customer's event on its way into amoCRM, its file kept before. */
export type Said = {
  readonly event: CustomerEvent;
  readonly piece: Piece;
  readonly sentAtMillis: number;
  readonly isSilent: boolean;
  readonly kept?: Kept | undefined;
};

/** Shows a piece of a customer's message in its amoCRM chat, which is opened first; answers amoCRM's id. */
export async function showCustomers(
  said: Said,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = said;
  const { amojoChatId, avatarAddress, phone } = await deps.openConversation(event);
  const isFirst = piece.number === 1;
  const repliesTo = isFirst ? await referenceOf(event, deps) : undefined;
  const messageWith = (reference: MessageReference | undefined): CrmMessage => ({
    conversationId: event.conversationId,
    msgid: piece.msgid,
    customer: { ...event.customer, avatarAddress, phone },
    from: authorOf(event, deps),
    sentAtMillis: said.sentAtMillis,
    silent: said.isSilent,
    content: contentOf(said, reference === undefined, deps),
    ...(reference === undefined ? {} : { repliesTo: reference }),
    ...(event.choice === undefined || !isFirst ? {} : { choice: event.choice }),
  });
  try {
    return { id: await showPiece(said, messageWith(repliesTo), amojoChatId, entry, deps) };
  } catch (error) {
    if (!(error instanceof PermanentFailure) || repliesTo === undefined) throw error;
    // Perhaps amoCRM does not know what it answers: the words stand in for the link.
    return { id: await showPiece(said, messageWith(undefined), amojoChatId, entry, deps) };
  }
}

/** amoCRM takes what others wrote to the customer from the channel's bot alone. */
export function authorOf(
  { isOutgoing }: CustomerEvent,
  { crm }: Pick<ShowDependencies, "crm">,
): CrmMessage["from"] {
  return isOutgoing === true && crm.canSpeakAsBot() ? "bot" : "customer";
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

/**
 * Sends a piece, and remembers for an edit that it is there. A first piece, which has the message's own
 * name, needs that only where it is no text, as most are.
 */
export async function showPiece(
  { event, piece }: Said,
  message: CrmMessage,
  amojoChatId: string,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<string> {
  const amocrmMessageId = await showOnce(message, amojoChatId, entry, deps);
  const form = message.content.type;
  // After it was sent: an attempt that dies in between sends it again, which is harmless.
  if (form !== "emptied" && (piece.number > 1 || form !== "text")) {
    await deps.shownPieces.remember(event.msgid, piece.number, form, deps.now());
  }
  return amocrmMessageId;
}

/** A piece as amoCRM can show it. */
export function contentOf(
  { piece, kept }: Said,
  inWords: boolean,
  deps: ShowDependencies,
): CrmContent {
  return crmContentOf(piece, {
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

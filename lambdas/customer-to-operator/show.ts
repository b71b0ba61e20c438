import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent, MessageReference } from "../model/message.ts";
import type { CrmChat, CrmContent, CrmMessage } from "../model/crm.ts";
import type { Now } from "../model/runtime.ts";
import type { MediaStore } from "../model/messenger.ts";
import type { ShownPieces } from "../model/stores.ts";
import { msgidOf } from "../model/ids.ts";
import { crmContentOf } from "./content.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { EchoGuard } from "./echo.ts";
import type { OpenConversation } from "../conversation/open-conversation.ts";
import type { SentMessages } from "../conversation/message-lookup.ts";
import { textsForOperators } from "../delivery/settings.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { StepOf } from "../delivery/step.ts";

/** Attempts for a message of unknown outcome to show up in the history. */
const historyAttempts = 5;

/** What showing messages in amoCRM needs from outside. */
export type ShowDependencies = {
  readonly settings: BridgeSettings;
  readonly crm: CrmChat;
  readonly openConversation: OpenConversation;
  readonly sentMessages: SentMessages;
  readonly shownPieces: ShownPieces;
  readonly mediaStore: MediaStore;
  readonly echo: EchoGuard;
  readonly now: Now;
};

/** A piece of a customer's message on its way into amoCRM, its file kept before. */
export type ShowMessage = StepOf<"show-message">;

/** Shows a piece of a customer's message in its amoCRM chat, which is opened first. */
export async function showNewPiece(
  step: ShowMessage,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = step;
  const { entry, conversations } = context;
  const { amojoChatId, avatarAddress, phone } = await deps.openConversation(event, conversations);
  const isFirst = piece.number === 1;
  const repliesTo = isFirst ? await referenceOf(event, context, deps) : undefined;
  const messageWith = (reference: MessageReference | undefined): CrmMessage => ({
    conversationId: event.conversationId,
    msgid: piece.msgid,
    customer: { ...event.customer, avatarAddress, phone },
    from: authorOf(event, deps.settings),
    sentAtMillis: step.sentAtMillis,
    silent: step.isSilent,
    content: contentOf(step, reference === undefined, deps),
    ...(reference === undefined ? {} : { repliesTo: reference }),
    ...(event.choice === undefined || !isFirst ? {} : { choice: event.choice }),
  });
  try {
    return { id: await showPiece(step, messageWith(repliesTo), amojoChatId, entry, deps) };
  } catch (error) {
    if (!(error instanceof PermanentFailure) || repliesTo === undefined) throw error;
    // Perhaps amoCRM does not know what it answers: the words stand in for the link.
    return { id: await showPiece(step, messageWith(undefined), amojoChatId, entry, deps) };
  }
}

/** amoCRM takes what others wrote to the customer from the channel's bot alone. */
export function authorOf(
  { isOutgoing }: CustomerEvent,
  { canSpeakAsBot }: BridgeSettings,
): CrmMessage["from"] {
  return isOutgoing === true && canSpeakAsBot ? "bot" : "customer";
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
    const mayShowUp = ambiguous > 0 && attempts < historyAttempts;
    throw mayShowUp ? new TransientFailure("refused, and not in the history yet") : error;
  }
}

/**
 * Sends a piece, and remembers for an edit that it is there. A first piece, which has the message's own
 * name, needs that only where it is no text, as most are.
 */
export async function showPiece(
  { event, piece }: ShowMessage,
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
  { piece, kept }: ShowMessage,
  inWords: boolean,
  deps: ShowDependencies,
): CrmContent {
  return crmContentOf(piece, {
    texts: textsForOperators(deps.settings),
    inWords,
    kept,
    addressOf: (path) => deps.mediaStore.addressOf(path),
  });
}

/** The customer's own messages have our msgid; those of operators are looked up. */
async function referenceOf(
  { quote, conversationId, chatId }: CustomerEvent,
  { conversations }: StepContext,
  { sentMessages, settings }: ShowDependencies,
): Promise<MessageReference | undefined> {
  const { telegramMessageId, from } = quote ?? {};
  if (telegramMessageId === undefined || from === "another-chat") return undefined;
  if (from === "customer") return { msgid: msgidOf(settings.botId, chatId, telegramMessageId) };
  const conversation = await conversations.find(conversationId);
  const amocrmMessageId = await sentMessages.amocrmMessageOf(conversation, telegramMessageId);
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

import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent, MessageReference } from "../model/message.ts";
import type { CrmChat, CrmMessage, CrmPerson } from "../model/crm.ts";
import type { Now } from "../model/runtime.ts";
import type { MediaStore } from "../model/messenger.ts";
import type { ShownPieces } from "../model/stores.ts";
import { isMessageId, msgidOf } from "../model/ids.ts";
import { crmContentOf } from "./content.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { EchoGuard } from "./echo.ts";
import { profileLinkOf } from "../conversation/open-conversation.ts";
import type { OpenConversation } from "../conversation/open-conversation.ts";
import type { SentMessages } from "../conversation/message-lookup.ts";
import { textsForOperators } from "../delivery/settings.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { StepOf } from "../delivery/step.ts";

/** How many attempts a message with an ambiguous outcome has to appear in the history. */
const historyAttempts = 5;

/** Dependencies of the steps that show messages in amoCRM. */
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

/** The step that shows a piece of a customer's message. An earlier step has kept its file. */
export type ShowMessage = StepOf<"show-message">;

/** Shows the bot's words to operators, as a message of the channel's bot. */
export async function showBotMessage(
  step: StepOf<"show-bot-message">,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { entry, conversations } = context;
  const telegramMessageId = step.telegramMessageId ?? entry.steps.at(-1)?.id ?? "";
  // Operators need not read a message that the customer never got.
  if (!isMessageId(telegramMessageId)) return { outcome: "skipped" };
  const { conversationId, customer, chatId } = step.chat;
  const copy: CrmMessage = {
    conversationId,
    msgid: msgidOf(deps.settings.botId, chatId, telegramMessageId),
    customer,
    from: "bot",
    sentAtMillis: step.atMillis,
    silent: true,
    content: { type: "text", text: step.text },
  };
  const show = async () => {
    const { amojoChatId } = await deps.openConversation(step.chat, conversations);
    return { id: await showOnce(copy, amojoChatId, entry, deps) };
  };
  return deps.echo.importing(conversationId, step.text, show, context);
}

/** Opens the amoCRM chat of a customer's message, then shows a piece of the message in it. */
export async function showNewPiece(
  step: ShowMessage,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = step;
  const { entry, conversations } = context;
  const { amojoChatId, avatarAddress, phone } = await deps.openConversation(event, conversations, {
    isLive: !step.isSilent,
  });
  const isFirst = piece.number === 1;
  const repliesTo = isFirst ? await referenceOf(event, context, deps) : undefined;
  const messageWith = (reference: MessageReference | undefined): CrmMessage => ({
    ...messageOf(step, { avatarAddress, phone }, reference === undefined, deps),
    ...(reference === undefined ? {} : { repliesTo: reference }),
    ...(event.choice === undefined || !isFirst ? {} : { choice: event.choice }),
  });
  try {
    return { id: await showPiece(step, messageWith(repliesTo), amojoChatId, entry, deps) };
  } catch (error) {
    if (!(error instanceof PermanentFailure) || repliesTo === undefined) throw error;
    // amoCRM may not know the quoted message. The quoted words replace the link.
    return { id: await showPiece(step, messageWith(undefined), amojoChatId, entry, deps) };
  }
}

/** The author for amoCRM, which accepts others' messages to the customer only from the channel's bot. */
export function authorOf(
  { isOutgoing }: CustomerEvent,
  { canSpeakAsBot }: BridgeSettings,
): CrmMessage["from"] {
  return isOutgoing === true && canSpeakAsBot ? "bot" : "customer";
}

/**
 * Sends a message and returns amoCRM's id of it. After a refusal, the history decides, because
 * amoCRM accepts a msgid only once. Throws TransientFailure while the message may still appear in
 * the history, and else the refusal.
 */
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
    // The refusal may mean that amoCRM carried out an earlier attempt.
    const found = await lookUp(message, { amojoChatId, conversationId }, crm);
    if (found !== undefined) return found;
    // An accepted message appears in the history a little later.
    const mayShowUp = ambiguous > 0 && attempts < historyAttempts;
    throw mayShowUp ? new TransientFailure("refused, and not in the history yet") : error;
  }
}

/**
 * Sends a piece and remembers it, so that an edit knows that it exists. A first piece has the msgid
 * of the message, so the store needs it only when it is not a text. Most first pieces are texts.
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
  // This write comes after the message. An attempt that dies in between sends the message again,
  // which does no harm.
  if (form !== "emptied" && (piece.number > 1 || form !== "text")) {
    await deps.shownPieces.remember(event.msgid, piece.number, form, deps.now());
  }
  return amocrmMessageId;
}

/** A piece as a message to amoCRM. `inWords`: the text has to hold the quote. */
export function messageOf(
  { event, piece, kept, sentAtMillis, isSilent }: ShowMessage,
  person: Pick<CrmPerson, "avatarAddress" | "phone">,
  inWords: boolean,
  { settings, mediaStore }: ShowDependencies,
): CrmMessage {
  return {
    conversationId: event.conversationId,
    msgid: piece.msgid,
    customer: { ...event.customer, profileLink: profileLinkOf(event), ...person },
    from: authorOf(event, settings),
    sentAtMillis,
    silent: isSilent,
    content: crmContentOf(piece, {
      texts: textsForOperators(settings),
      inWords,
      kept,
      addressOf: (path) => mediaStore.addressOf(path),
    }),
  };
}

/** The message that the customer quotes: by our msgid, or an operator's by amoCRM's id. */
async function referenceOf(
  { quote, conversationId, chatId }: CustomerEvent,
  context: StepContext,
  deps: ShowDependencies,
): Promise<MessageReference | undefined> {
  const { telegramMessageId, from } = quote ?? {};
  if (telegramMessageId === undefined || from === "another-chat") return undefined;
  if (from === "customer") {
    return { msgid: msgidOf(deps.settings.botId, chatId, telegramMessageId) };
  }
  return operatorsMessage(conversationId, telegramMessageId, context, deps);
}

/** The operator's message in amoCRM behind a message in Telegram, if the bridge sent one. */
export async function operatorsMessage(
  conversationId: string,
  telegramMessageId: string,
  { conversations }: StepContext,
  { sentMessages }: ShowDependencies,
): Promise<MessageReference | undefined> {
  const conversation = await conversations.find(conversationId);
  const amocrmMessageId = await sentMessages.amocrmMessageOf(conversation, telegramMessageId);
  return amocrmMessageId === undefined ? undefined : { amocrmMessageId };
}

/** Finds our message in the history. A history that we may not read decides nothing. */
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

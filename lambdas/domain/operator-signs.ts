import type { Conversation } from "../model/conversation.ts";
import type { AcceptedHook } from "./hook-age.ts";
import { PermanentFailure } from "../model/failure.ts";
import { chatOf, isPrivateChat } from "../model/ids.ts";
import type { OperatorReaction, OperatorTyping } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import { respectPause } from "./chat-pause.ts";
import type { StepResult, Work } from "./delivery.ts";
import { ageOfHook, tooOld } from "./hook-age.ts";
import { findInTelegram } from "./telegram-message.ts";
import type { OperatorToCustomerDependencies } from "./operator-to-customer.ts";
import { lateNote } from "./texts.ts";
import { whereNow, whereToAnswer } from "./topics.ts";

/**
 * An operator's reaction: put to the message, or said in a line where Telegram does not take it.
 * There is no status to tell its end by, and an answer must not wait for it. The line of one that came
 * late says when it was put; one that is too old is set aside.
 */
export function operatorReaction(
  { conversationId, message, emoji, sentAtMillis }: OperatorReaction,
  hook: AcceptedHook,
  deps: OperatorToCustomerDependencies,
): Work {
  const chat = chatFor(conversationId, deps);
  if (chat === undefined) return { kind: "ignore", reason: "a reaction in no chat of this bot" };
  const age = ageOfHook(sentAtMillis, hook, deps.now());
  if (age === "too-old") return tooOld;
  const { messenger } = deps;
  const run = async (): Promise<StepResult> => {
    const known = await respectChat(chat.conversationId, deps);
    const { language = "en" } = known ?? {};
    const telegramMessageId = await findInTelegram(message, chat.conversationId, deps);
    try {
      if (telegramMessageId !== undefined) {
        await messenger.react(chat.chatId, telegramMessageId, emoji);
        return {};
      }
    } catch (error) {
      if (!(error instanceof PermanentFailure) || error.reason !== "refused-by-telegram")
        throw error;
    }
    if (emoji === undefined) return { outcome: "unchanged" };
    const quote = telegramMessageId === undefined ? {} : { repliesTo: telegramMessageId };
    const options = { ...whereToAnswer(known, telegramMessageId), ...quote };
    const note = age === "late" ? lateNote(sentAtMillis, deps.now(), language) : "";
    return { id: await messenger.sendText(chat.chatId, `${note}${emoji}`, options) };
  };
  const beforeRepeat = () => messenger.touchChat(chat.chatId);
  const skipAfter = (error: unknown) => error instanceof PermanentFailure;
  return { kind: "steps", steps: [{ name: "react", run, beforeRepeat, skipAfter }] };
}

/** "Operator is typing": shown while it is true, and worth no second try. */
export function operatorTyping(
  { conversationId, untilSeconds }: OperatorTyping,
  deps: OperatorToCustomerDependencies,
): Work {
  const chat = chatFor(conversationId, deps);
  if (chat === undefined) return { kind: "ignore", reason: "typing in no chat of this bot" };
  if (!isPrivateChat(chat.chatId)) {
    return {
      kind: "ignore",
      reason: "typing in direct messages of a channel, which do not show it",
    };
  }
  if (untilSeconds === undefined || untilSeconds * 1000 <= deps.now()) {
    return { kind: "ignore", reason: "typing that is over" };
  }
  const run = async () => {
    const known = await respectChat(chat.conversationId, deps);
    await deps.messenger.touchChat(chat.chatId, whereNow(known));
    return {};
  };
  return { kind: "steps", steps: [{ name: "show-typing", run, skipAfter: () => true }] };
}

function chatFor(conversationId: string | undefined, { botId }: { readonly botId: string }) {
  if (conversationId === undefined) return undefined;
  const chat = chatOf(conversationId);
  return chat?.botId === botId ? { conversationId, chatId: chat.chatId } : undefined;
}

async function respectChat(
  conversationId: string,
  { conversations, now }: { readonly conversations: ConversationStore; readonly now: Now },
): Promise<Conversation | undefined> {
  const known = await conversations.find(conversationId);
  respectPause(known?.pausedUntilMillis, now());
  return known;
}

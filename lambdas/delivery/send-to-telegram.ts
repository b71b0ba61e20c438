import { PermanentFailure } from "../model/failure.ts";
import type { Now } from "../model/runtime.ts";
import type { CustomerMessenger } from "../model/messenger.ts";
import { throwIfPaused } from "./rate-limits.ts";
import type { StepContext, StepResult } from "./attempt.ts";
import type { Recipient, StepOf } from "./step.ts";

/** Sends a text, or makes a request of the team's bot, in the chat of the step. */
export async function sendMessage(
  { to, message, remember }: StepOf<"say" | "answer-as-bot" | "send-preface" | "send-text">,
  { conversations }: StepContext,
  messenger: CustomerMessenger,
): Promise<StepResult> {
  const { chatId, where } = to;
  if (remember !== undefined) await conversations.update(to.conversationId, remember);
  const id =
    "text" in message
      ? await messenger.sendText(chatId, message.text, { ...where, ...message.options })
      : await messenger.request(chatId, message.method, message.payload, where);
  return { id };
}

/** Puts an operator's reaction on the message, or sends it as a text where Telegram does not take it. */
export async function react(
  { to, telegramMessageId, emoji, inWords }: StepOf<"react">,
  messenger: CustomerMessenger,
): Promise<StepResult> {
  try {
    if (telegramMessageId !== undefined) {
      await messenger.react(to.chatId, telegramMessageId, emoji);
      return {};
    }
  } catch (error) {
    if (!(error instanceof PermanentFailure) || error.reason !== "refused-by-telegram") throw error;
  }
  if (emoji === undefined) return { outcome: "unchanged" };
  const quote = telegramMessageId === undefined ? {} : { repliesTo: telegramMessageId };
  return { id: await messenger.sendText(to.chatId, inWords, { ...to.where, ...quote }) };
}

/**
 * Throws TransientFailure while Telegram's pause of the chat lasts. The first step of an attempt uses the
 * conversation that the attempt has just read. Later steps read it again, because events of the other
 * direction may have met a rate limit meanwhile.
 */
export async function throwIfChatPaused(
  { conversationId }: Recipient,
  { conversations, isFirst }: StepContext,
  now: Now,
): Promise<void> {
  const conversation = isFirst
    ? await conversations.find(conversationId)
    : await conversations.findAgain(conversationId);
  throwIfPaused(conversation?.pausedUntilMillis, now());
}

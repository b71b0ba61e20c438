import type { Conversation } from "../model/conversation.ts";
import { isPrivateChat } from "../model/ids.ts";
import type { OperatorReaction, OperatorTyping } from "../model/message.ts";
import type { Work } from "./delivery.ts";
import type { BridgeSettings } from "./settings.ts";
import type { Recipient } from "./step.ts";
import { lateNote } from "./texts.ts";
import { whereNow, whereToAnswer } from "./topics.ts";

/** The chat of a sign that an operator gives, and what is known of it. */
type SignFacts = {
  readonly chat: Omit<Recipient, "where">;
  readonly conversation: Conversation | undefined;
  readonly nowMillis: number;
};

/**
 * An operator's reaction: put to the message, or said in a line where Telegram does not take it.
 * There is no status to report its end by, and an answer must not wait for it. The line of one that came
 * late says when it was put.
 */
export function operatorReaction(
  { emoji, sentAtMillis }: OperatorReaction,
  {
    chat,
    conversation,
    nowMillis,
    isLate,
    telegramMessageId,
  }: SignFacts & { readonly isLate: boolean; readonly telegramMessageId: string | undefined },
  { texts }: Pick<BridgeSettings, "texts">,
): Work {
  const { language = "en" } = conversation ?? {};
  const note = isLate ? lateNote(sentAtMillis, nowMillis, texts[language]) : "";
  const to = { ...chat, where: whereToAnswer(conversation, telegramMessageId) };
  const inWords = `${note}${emoji ?? ""}`;
  return {
    kind: "steps",
    steps: [{ name: "react", to, telegramMessageId, emoji, inWords, skip: "refusal" }],
  };
}

/** "Operator is typing": shown while it is true, and worth no second try. */
export function operatorTyping(
  { untilSeconds }: OperatorTyping,
  { chat, conversation, nowMillis }: SignFacts,
): Work {
  if (!isPrivateChat(chat.chatId)) {
    return {
      kind: "ignore",
      reason: "typing in direct messages of a channel, which do not show it",
    };
  }
  if (untilSeconds === undefined || untilSeconds * 1000 <= nowMillis) {
    return { kind: "ignore", reason: "typing that is over" };
  }
  const to = { ...chat, where: whereNow(conversation) };
  return { kind: "steps", steps: [{ name: "show-typing", to, skip: "any-failure" }] };
}

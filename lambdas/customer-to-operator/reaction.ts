import type { CustomerReaction, MessageReference } from "../model/message.ts";
import type { Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import { estimateSentAtMillis } from "./message.ts";
import type { ReactionChange, Step, StepOf } from "../delivery/step.ts";
import { PermanentFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { CrmMessage } from "../model/crm.ts";
import { textsForOperators } from "../delivery/settings.ts";
import { showOnce } from "./show-piece.ts";
import type { ShowDependencies } from "./show-piece.ts";

/**
 * The steps for a customer's reactions. Telegram sends the whole list of them, and amoCRM accepts
 * one change per call.
 */
export function customerReaction(event: CustomerReaction, acceptedAtMillis: number): Decision {
  const changes: ReactionChange[] = [
    ...event.removed.map((emoji) => ({ type: "unreact", emoji }) as const),
    ...event.added.map((emoji) => ({ type: "react", emoji }) as const),
  ];
  if (changes.length === 0) return { kind: "ignore", reason: "the same reactions as before" };
  const sentAtMillis = estimateSentAtMillis(event.atSeconds, acceptedAtMillis);
  const steps = changes.map((change, index): Step => ({
    name: "show-reaction",
    event,
    change,
    index,
    sentAtMillis,
  }));
  return { kind: "steps", steps };
}

/**
 * Puts a customer's reaction to the message in amoCRM. Where amoCRM does not accept it, shows the
 * reaction in words.
 */
export async function showReaction(
  { event, change, index, sentAtMillis }: StepOf<"show-reaction">,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { conversationId, customer, atSeconds, updateId } = event;
  const { settings, crm } = deps;
  const opening = { ...event, sentAtSeconds: atSeconds };
  const { amojoChatId } = await deps.openConversation(opening, context.conversations);
  const msgid = msgidOf(settings.botId, event.chatId, event.telegramMessageId);
  // A word in brackets names a reaction without an emoji.
  const isEmoji = !change.emoji.startsWith("[");
  try {
    if (isEmoji) {
      const message = await referenceOf(event, msgid, context, deps);
      await crm.react({ conversationId, customer, message, ...change });
      return {};
    }
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
  }
  const { reacted, unreacted } = textsForOperators(settings);
  // amoCRM does not know the message or the emoji. Words show the reaction, so that it does not get lost.
  const words: CrmMessage = {
    conversationId,
    msgid: `${msgid}-${change.type}-${updateId}-${index}`,
    customer,
    from: "customer",
    sentAtMillis,
    silent: true,
    content: {
      type: "text",
      text: `${change.type === "react" ? reacted : unreacted} ${change.emoji}`,
    },
  };
  return { id: await showOnce(words, amojoChatId, context.entry, deps) };
}

async function referenceOf(
  { conversationId, telegramMessageId }: CustomerReaction,
  msgid: string,
  { conversations }: StepContext,
  { sentMessages }: ShowDependencies,
): Promise<MessageReference> {
  const conversation = await conversations.find(conversationId);
  const amocrmMessageId = await sentMessages.amocrmMessageOf(conversation, telegramMessageId);
  return amocrmMessageId === undefined ? { msgid } : { amocrmMessageId };
}

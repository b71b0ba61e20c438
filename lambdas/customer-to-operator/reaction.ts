import type { CustomerReaction } from "../model/message.ts";
import type { Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import { estimateSentAtMillis } from "./message.ts";
import type { ReactionChange, Step, StepOf } from "../delivery/step.ts";
import { PermanentFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { CrmMessage } from "../model/crm.ts";
import { textsForOperators } from "../delivery/settings.ts";
import { operatorsMessage, showOnce } from "./show-piece.ts";
import type { ShowDependencies } from "./show-piece.ts";

/** The steps for a customer's reactions. amoCRM accepts one change per call. */
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

/** Puts a customer's reaction to the message, or shows it in words where amoCRM does not accept it. */
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
      const { telegramMessageId } = event;
      const operators = await operatorsMessage(conversationId, telegramMessageId, context, deps);
      const message = operators ?? { msgid };
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

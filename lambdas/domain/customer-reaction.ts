import { PermanentFailure } from "../model/failure.ts";
import { msgidOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerReaction, MessageReference } from "../model/message.ts";
import type { CrmMessage } from "../ports/crm-chat.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Step, StepResult, Work } from "./delivery.ts";
import { momentWithin } from "./moment.ts";
import { showOnce } from "./show-in-crm.ts";
import { reactionText } from "./texts.ts";

type Change = { readonly type: "react" | "unreact"; readonly emoji: string };

/** Telegram tells the whole list of a customer's reactions; amoCRM takes one change a call. */
export function customerReaction(
  event: CustomerReaction,
  acceptedAtMillis: number,
  deps: CustomerToOperatorDependencies,
): Work {
  const changes: Change[] = [
    ...event.removed.map((emoji) => ({ type: "unreact", emoji }) as const),
    ...event.added.map((emoji) => ({ type: "react", emoji }) as const),
  ];
  if (changes.length === 0) return { kind: "ignore", reason: "the same reactions as before" };
  const steps = changes.map(
    (change, index): Step => ({
      name: "show-reaction",
      run: (entry) => pass(change, index, event, acceptedAtMillis, entry, deps),
    }),
  );
  return { kind: "steps", steps };
}

async function pass(
  change: Change,
  index: number,
  event: CustomerReaction,
  acceptedAtMillis: number,
  entry: LedgerEntry,
  deps: CustomerToOperatorDependencies,
): Promise<StepResult> {
  const { conversationId, customer, atSeconds } = event;
  const { amojoChatId } = await deps.openConversation({ ...event, sentAtSeconds: atSeconds });
  const msgid = msgidOf(deps.botId, event.chatId, event.telegramMessageId);
  // A reaction without an emoji of its own is named by a word.
  const isEmoji = !change.emoji.startsWith("[");
  try {
    if (isEmoji) {
      const message = await referenceOf(event, msgid, deps);
      await deps.crm.react({ conversationId, customer, message, ...change });
      return {};
    }
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
  }
  // amoCRM does not know the message or the emoji: said in words, so that it does not vanish.
  const sentAtMillis = momentWithin(atSeconds, acceptedAtMillis);
  const words: CrmMessage = {
    conversationId,
    msgid: `${msgid}-${change.type}-${atSeconds}-${index}`,
    customer,
    from: "customer",
    sentAtMillis,
    silent: true,
    content: { type: "text", text: reactionText(change.type, change.emoji, deps.operatorLanguage) },
  };
  return { id: await showOnce(words, amojoChatId, entry, deps) };
}

async function referenceOf(
  { conversationId, telegramMessageId }: CustomerReaction,
  msgid: string,
  { sentMessages }: CustomerToOperatorDependencies,
): Promise<MessageReference> {
  const amocrmMessageId = await sentMessages.amocrmMessageOf(conversationId, telegramMessageId);
  return amocrmMessageId === undefined ? { msgid } : { amocrmMessageId };
}

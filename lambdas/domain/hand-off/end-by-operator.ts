import type { Conversation } from "../../model/conversation.ts";
import { chatOf } from "../../model/ids.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { OperatorEvent } from "../../model/message.ts";
import type { Now } from "../../ports/clock.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { CustomerMessenger } from "../../ports/customer-messenger.ts";
import { respectPause } from "../chat-pause.ts";
import type { Step, Work } from "../delivery.ts";
import { talkClosed } from "../texts.ts";
import { whereNow } from "../topics.ts";
import { begun, moveTo, stateBefore } from "./move.ts";
import { stepOf } from "./transitions.ts";

type EndDependencies = {
  readonly conversations: ConversationStore;
  readonly messenger: CustomerMessenger;
  readonly now: Now;
};

/** True for the operator's word that ends a talk; it is not for the customer's eyes. */
export function isEnd({ content }: OperatorEvent): boolean {
  return content.type === "text" && /^\/end\s*$/i.test(content.text);
}

/** The talk is over by the operator's word, or because nobody said anything for a day. */
export function endTalk(
  { conversationId, eventId, why }: End,
  conversation: Conversation | undefined,
  entry: LedgerEntry,
  { conversations, messenger, now }: EndDependencies,
): Work {
  const step = stepOf(stateBefore(conversation, eventId), why);
  if (step.does !== "close" && begun(entry) !== "close") {
    // An operator's word has been understood all the same, and is reported as delivered.
    const understood: Step = { name: "close-talk", run: async () => ({ outcome: "unchanged" }) };
    return why === "operator ends"
      ? { kind: "steps", steps: [understood] }
      : { kind: "ignore", reason: "no talk with an operator is open" };
  }
  const chatId = chatOf(conversationId)?.chatId ?? "";
  const text = talkClosed(conversation?.languageChosen ?? conversation?.language ?? "en");
  const where = whereNow(conversation);
  const tell: Step = {
    name: "say",
    async run() {
      respectPause(conversation?.pausedUntilMillis, now());
      return { id: await messenger.sendText(chatId, text, where) };
    },
    beforeRepeat: () => messenger.touchChat(chatId, where),
    // The bot is back whether or not the customer can be told.
    skipAfter: () => true,
  };
  const close = moveTo("closed", conversationId, eventId, conversations);
  return { kind: "steps", steps: [close, tell] };
}

type End = {
  readonly conversationId: string;
  readonly eventId: string;
  readonly why: "operator ends" | "a day of silence";
};

import type { Conversation } from "../../model/conversation.ts";
import { chatOf } from "../../model/ids.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { OperatorEvent } from "../../model/message.ts";
import type { Work } from "../delivery.ts";
import type { BridgeSettings } from "../settings.ts";
import { whereNow } from "../topics.ts";
import { begun, stateBefore } from "./move.ts";
import { stepOf } from "./transitions.ts";

/** True for the operator's word that ends a talk; it is not for the customer's eyes. */
export function isEnd({ content }: OperatorEvent): boolean {
  return content.type === "text" && /^\/end\s*$/i.test(content.text);
}

/** The talk is over by the operator's word, or because nobody said anything for a day. */
export function endTalk(
  { conversationId, eventId, why }: End,
  conversation: Conversation | undefined,
  entry: LedgerEntry,
  { texts }: Pick<BridgeSettings, "texts">,
): Work {
  const step = stepOf(stateBefore(conversation, eventId), why);
  if (step.does !== "close" && begun(entry) !== "close") {
    // An operator's word has been understood all the same, and is reported as delivered.
    return why === "operator ends"
      ? { kind: "steps", steps: [{ name: "find-no-talk" }] }
      : { kind: "ignore", reason: "no talk with an operator is open" };
  }
  const chatId = chatOf(conversationId)?.chatId ?? "";
  const language = conversation?.languageChosen ?? conversation?.language ?? "en";
  const to = { conversationId, chatId, where: whereNow(conversation) };
  const message = { text: texts[language].talkClosed };
  return {
    kind: "steps",
    steps: [
      { name: "close-talk", conversationId, eventId },
      // The bot is back whether or not the customer can get a word of it.
      { name: "say", to, message, skip: "any-failure" },
    ],
  };
}

type End = {
  readonly conversationId: string;
  readonly eventId: string;
  readonly why: "operator ends" | "a day of silence";
};

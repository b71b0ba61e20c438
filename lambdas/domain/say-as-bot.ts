import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { isMessageId, msgidOf } from "../model/ids.ts";
import type { StepName } from "../model/ledger.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { BotRequest } from "../ports/bot-answers.ts";
import type { CrmMessage } from "../ports/crm-chat.ts";
import { respectPause } from "./chat-pause.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Step } from "./delivery.ts";
import { showOnce } from "./show-in-crm.ts";

/** The chat goes on without the copy of the bot's words that amoCRM has not taken so often. */
const copyAttempts = 2;

/** The chat in which the bot speaks. */
type Chat = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "sentAtSeconds" | "where" | "msgid"
>;

/** What the bot says, and how it is sent. */
export type Words = { readonly text: string; readonly send: () => Promise<string> };

/** Says something to the customer as the bot. Nobody waits for it: a failure holds up nothing. */
export function sayAsBot(
  { conversationId, chatId, where }: Chat,
  send: () => Promise<string>,
  { conversations, messenger, now }: CustomerToOperatorDependencies,
  name: StepName = "say",
): Step {
  return {
    name,
    async run() {
      const conversation = await conversations.find(conversationId);
      respectPause(conversation?.pausedUntilMillis, now());
      return { id: await send() };
    },
    beforeRepeat: () => messenger.touchChat(chatId, where),
    skipAfter: () => true,
  };
}

/**
 * Shows operators what the bot said in the step before, or in the given message, as the channel's
 * bot. Refused for a reason of its own, it must not hold what the customer writes next.
 */
export function showAsBot(
  chat: Chat,
  said: { readonly text: string; readonly atMillis: number; readonly telegramMessageId?: string },
  deps: CustomerToOperatorDependencies,
): Step {
  return {
    name: "show-bot-message",
    skipAfter: (error, { attempts }) =>
      error instanceof PermanentFailure ||
      attempts >= copyAttempts ||
      (error instanceof TransientFailure && error.needsPerson),
    async run(entry) {
      const telegramMessageId = said.telegramMessageId ?? entry.steps.at(-1)?.id ?? "";
      // What the customer never got, operators need not read.
      if (!isMessageId(telegramMessageId)) return { outcome: "skipped" };
      const { conversationId, customer, chatId } = chat;
      const copy: CrmMessage = {
        conversationId,
        msgid: msgidOf(deps.botId, chatId, telegramMessageId),
        customer,
        from: "bot",
        sentAtMillis: said.atMillis,
        silent: true,
        content: { type: "text", text: said.text },
      };
      return deps.echo.importing(conversationId, said.text, async () => {
        const { amojoChatId } = await deps.openConversation(chat);
        return { id: await showOnce(copy, amojoChatId, entry, deps) };
      });
    },
  };
}

/** What the team's bot asks of Telegram. */
export function requested(
  { chatId, where }: Chat,
  { method, payload, text }: BotRequest,
  { messenger }: CustomerToOperatorDependencies,
): Words {
  return { text, send: () => messenger.request(chatId, method, payload, where) };
}

/** A text of the bridge's own. */
export function plainWords(
  text: string,
  { chatId, where }: Chat,
  { messenger }: CustomerToOperatorDependencies,
): Words {
  return { text, send: () => messenger.sendText(chatId, text, where) };
}

/** Says something to the customer, and shows operators that the bot said it. */
export function sayAndShow(
  chat: Chat,
  { text, send }: Words,
  atMillis: number,
  deps: CustomerToOperatorDependencies,
): Step[] {
  const say = sayAsBot(chat, send, deps);
  return deps.crm.canSpeakAsBot() ? [say, showAsBot(chat, { text, atMillis }, deps)] : [say];
}

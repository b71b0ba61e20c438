import { BadValue, UsageError } from "../command.ts";
import { chatOf, conversationIdOf, isMessageId, isTelegramId } from "../../lambdas/model/ids.ts";

/** The names by which a person may look up a message. */
export type Named =
  /** The ledger's own id. The lookup uses it unchanged. */
  | { readonly kind: "event"; readonly id: string }
  /** amoCRM's id of an operator's message. The ledger knows customers' messages by their updates. */
  | { readonly kind: "amocrm-message"; readonly id: string }
  /** A message in a Telegram chat. Without a bot, it is the stage's bot. */
  | {
      readonly kind: "telegram-message";
      readonly botId: string | undefined;
      readonly chatId: string;
      readonly messageId: string;
    };

/** The forms, for help texts and refusals. */
export const forms = `  tg:<bot>:<update id>          an event from Telegram, as in logs and bridge parked
  <64 hexadecimal digits>       the same for most events of amoCRM
  amo:<scope id>:<message id>   an event from amoCRM; also status:…, notice:…, silence:…, closed:…
  tg-<bot>-<chat>-<message id>  a message in Telegram: its msgid in amoCRM
  <chat>/<message id>           the same, for the stage's own bot
  <message id>                  amoCRM's id of a message, a UUID; for a customer's message with --chat`;

const eventId = /^(?:(?:tg|amo|status|notice|silence|closed):[A-Za-z0-9_:.-]{1,200}|[0-9a-f]{64})$/;
const telegramMsgid = /^(tg-[0-9]+-[0-9]+)-([0-9]+)$/;
const chatAndMessage = /^([0-9]+)\/([0-9]+)$/;
const amocrmId = /^[A-Za-z0-9][A-Za-z0-9-]{7,99}$/;

/** Reads a name in any of the forms. It drops the number of a redrive (`#r2`), which the queues add. */
export function readName(text: string): Named {
  const name = text.replace(/#r[0-9]+$/, "");
  if (eventId.test(name)) return { kind: "event", id: name };
  const [, conversationId = "", messageId = ""] = telegramMsgid.exec(name) ?? [];
  const chat = chatOf(conversationId);
  if (chat !== undefined && isMessageId(messageId)) {
    return { kind: "telegram-message", ...chat, messageId };
  }
  const [, chatId = "", number = ""] = chatAndMessage.exec(name) ?? [];
  if (isTelegramId(chatId) && isMessageId(number)) {
    return { kind: "telegram-message", botId: undefined, chatId, messageId: number };
  }
  if (amocrmId.test(name) && !name.startsWith("tg-")) return { kind: "amocrm-message", id: name };
  throw new UsageError("this is not the name of a message, such as 42/19 or tg:1000000001:7");
}

/** Reads `--chat`: a private chat's id in Telegram, or the id of a conversation. */
export function readChat(text: string, botId: string): string {
  if (isTelegramId(text)) return conversationIdOf(botId, text);
  if (chatOf(text) !== undefined) return text;
  throw new BadValue(
    "--chat: expected the id of a chat in Telegram such as 42, or tg-<bot>-<chat>",
  );
}

const expectedAt =
  "--at: expected a time such as 12:05, or with a date such as 2026-11-30T12:05 or 2026-11-30T12:05Z";

/**
 * Reads `--at`. Without a date it is the last such time before now. Without a zone it is the time of this
 * machine's clock.
 */
export function readAt(text: string, now: Date): number {
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}/.test(text)) {
    const atMillis = Date.parse(text);
    if (Number.isFinite(atMillis)) return atMillis;
  }
  const [, hours = "", minutes = ""] = /^([0-9]{1,2}):([0-9]{2})$/.exec(text) ?? [];
  if (hours === "" || Number(hours) > 23 || Number(minutes) > 59) throw new BadValue(expectedAt);
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}

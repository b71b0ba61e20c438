/** Our name of a conversation towards amoCRM, and the key of its mapping: `tg-<bot>-<chat>`. */
export function conversationIdOf(botId: string, chatId: string): string {
  return `tg-${botId}-${chatId}`;
}

/**
 * An id of Telegram as Telegram writes it: of a bot, a private chat, a message. No zero in front, or
 * one chat would have many names, each with an order of its own; no minus, which groups have, because
 * the bridge serves none of them but the direct messages of a channel, by their topic; no more digits than the 52 bits that Telegram promises can fill.
 * @see https://core.telegram.org/bots/api#chat
 */
const telegramId = "[1-9][0-9]{0,15}";
/** A private chat, or the direct messages of one person to a channel. */
const chatName = `(?:${telegramId}|-${telegramId}-dm${telegramId})`;
const aConversationId = new RegExp(`^tg-(${telegramId})-(${chatName})$`);

/** True for the id of a bot, a private chat or a message, exactly as Telegram writes it. */
export function isTelegramId(id: string): boolean {
  return new RegExp(`^${telegramId}$`).test(id);
}

/** True for the name of a private chat: a topic and a keyboard are nowhere else. */
export function isPrivateChat(chatId: string): boolean {
  return isTelegramId(chatId);
}

/** Our name of one person's direct messages to a channel, which are a conversation of their own. */
export function directChatOf(chatId: string, topicId: string): string {
  return `${chatId}-dm${topicId}`;
}

/** The chat that a conversation id names, or undefined when the id is not exactly of our form. */
export function chatOf(conversationId: string): { botId: string; chatId: string } | undefined {
  const [, botId, chatId] = aConversationId.exec(conversationId) ?? [];
  return botId === undefined || chatId === undefined ? undefined : { botId, chatId };
}

/** Our name of a message towards amoCRM; an edit carries the same, so it names its original. */
export function msgidOf(botId: string, chatId: string, telegramMessageId: string): string {
  return `tg-${botId}-${chatId}-${telegramMessageId}`;
}

/** True for an id that can only be our name of a message, whatever stands in amoCRM's field for it. */
export function isMsgid(id: string): boolean {
  return new RegExp(`^tg-${telegramId}-${chatName}-.+$`).test(id);
}

/** Our name of a piece of a message that is more than one in amoCRM; the first is named as the message. */
export function pieceMsgidOf(msgid: string, number: number): string {
  return number === 1 ? msgid : `${msgid}.${number}`;
}

/** Our name of a customer towards amoCRM. */
export function customerIdOf(userId: string): string {
  return `tg-${userId}`;
}

/** Telegram's id of the customer whom that names. */
export function userIdOf(customerId: string): string {
  return customerId.replace(/^tg-/, "");
}

/**
 * amoCRM's ids are UUIDs of 36 characters. A report names its message in the path of the request, and a
 * path that no server takes would be refused for ever.
 */
const mostCharactersOfReported = 200;

/** Whether the message of that id of amoCRM's gets a status report. */
export function canBeReported(amocrmMessageId: string): boolean {
  return amocrmMessageId.length <= mostCharactersOfReported;
}

/**
 * Ledger key of a status report that is delivered as an event of its own. Where amoCRM's id of the
 * message cannot be part of a key, the id of the event stands for it.
 */
export function statusEventIdOf(
  amocrmMessageId: string,
  statusCode: number,
  eventId: string,
): string {
  const id = `status:${amocrmMessageId}:${statusCode}`;
  return isPlainId(id) ? id : `status:${eventId}:${statusCode}`;
}

/**
 * The queue group of a conversation's status reports: one of its own, because a report that amoCRM
 * does not take must not hold up the customer's words.
 */
export function reportsGroupOf(conversationId: string): string {
  return `status:${conversationId}`;
}

/** The conversation whose reports go in that group. */
export function conversationOfReports(group: string): string {
  return group.replace(/^status:/, "");
}

/**
 * True for an id that SQS and DynamoDB take as it is; anything else is replaced by its SHA-256
 * where ids are formed.
 */
export function isPlainId(id: string): boolean {
  return /^[A-Za-z0-9_:.-]{1,100}$/.test(id);
}

/** True for the id of a message in Telegram, as the ledger keeps it of a part. */
export function isMessageId(partId: string): boolean {
  return isTelegramId(partId);
}

/** The Telegram message that our msgid names, or that of any piece, when it is of that chat. */
export function messageNamedBy(msgid: string, conversationId: string): string | undefined {
  if (!msgid.startsWith(`${conversationId}-`)) return undefined;
  const id = msgid
    .slice(conversationId.length + 1)
    .replace(/(?:\.[0-9]{1,5})?(?:-edit-[0-9]{1,15})?$/, "");
  return isMessageId(id) ? id : undefined;
}

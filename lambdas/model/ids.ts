/** Our id of a conversation in amoCRM, and the key of its mapping: `tg-<bot>-<chat>`. */
export function conversationIdOf(botId: string, chatId: string): string {
  return `tg-${botId}-${chatId}`;
}

/**
 * A Telegram id as Telegram writes it: of a bot, a private chat or a message. No leading zero,
 * because one chat would have many ids, each with its own order. No minus, because groups have it.
 * The bridge serves no groups. It serves only a channel's direct messages, by their topic. No more
 * digits than Telegram's promised 52 bits can fill.
 * @see https://core.telegram.org/bots/api#chat
 */
const telegramId = "[1-9][0-9]{0,15}";
/** A private chat, or one person's direct messages to a channel. */
const chatName = `(?:${telegramId}|-${telegramId}-dm${telegramId})`;
const aConversationId = new RegExp(`^tg-(${telegramId})-(${chatName})$`);

/** True for the id of a bot, a private chat or a message, exactly as Telegram writes it. */
export function isTelegramId(id: string): boolean {
  return new RegExp(`^${telegramId}$`).test(id);
}

/** True for the id of a private chat. Only private chats have topics and keyboards. */
export function isPrivateChat(chatId: string): boolean {
  return isTelegramId(chatId);
}

/** Our id of one person's direct messages to a channel. They are a separate conversation. */
export function directChatOf(chatId: string, topicId: string): string {
  return `${chatId}-dm${topicId}`;
}

/** The chat that a conversation id names. Undefined when the id does not have exactly our form. */
export function chatOf(conversationId: string): { botId: string; chatId: string } | undefined {
  const [, botId, chatId] = aConversationId.exec(conversationId) ?? [];
  return botId === undefined || chatId === undefined ? undefined : { botId, chatId };
}

/** Our id of a message in amoCRM. An edit carries the same id, so it names its original. */
export function msgidOf(botId: string, chatId: string, telegramMessageId: string): string {
  return `tg-${botId}-${chatId}-${telegramMessageId}`;
}

/** True for an id that can only be our msgid. amoCRM's field for it may also hold other values. */
export function isMsgid(id: string): boolean {
  return new RegExp(`^tg-${telegramId}-${chatName}-.+$`).test(id);
}

/** Our id of a piece of a message. The first piece has the message's own id. */
export function pieceMsgidOf(msgid: string, number: number): string {
  return number === 1 ? msgid : `${msgid}.${number}`;
}

/** Our id of a customer in amoCRM. */
export function customerIdOf(userId: string): string {
  return `tg-${userId}`;
}

/** Telegram's id of the customer whom our id names. */
export function userIdOf(customerId: string): string {
  return customerId.replace(/^tg-/, "");
}

/**
 * amoCRM's ids are UUIDs of 36 characters. A status report has the id of its message in the path of
 * the request. Servers refuse a path that is too long, and a retry would fail for ever.
 */
const mostCharactersOfReported = 200;

/** True when we can report the status of the message with that amoCRM id. */
export function canBeReported(amocrmMessageId: string): boolean {
  return amocrmMessageId.length <= mostCharactersOfReported;
}

/**
 * The ledger key of a status report that is a separate event. When amoCRM's id of the message
 * cannot be part of a key, the id of the event replaces it. Each redrive has a report of its own.
 */
export function statusEventIdOf(
  amocrmMessageId: string,
  statusCode: number,
  of: { readonly eventId: string; readonly redrive?: number | undefined },
): string {
  const end = of.redrive === undefined ? `${statusCode}` : `${statusCode}:${of.redrive}`;
  const id = `status:${amocrmMessageId}:${end}`;
  return isPlainId(id) ? id : `status:${of.eventId}:${end}`;
}

/** A queue group of its own: a report that amoCRM does not accept must not hold up the customer's messages. */
export function reportsGroupOf(conversationId: string): string {
  return `status:${conversationId}`;
}

/** The conversation that has that group for its reports. */
export function conversationOfReports(group: string): string {
  return group.replace(/^status:/, "");
}

/** A queue group of its own: a lead that the main API does not accept must not hold up the messages. */
export function leadGroupOf(conversationId: string): string {
  return `lead:${conversationId}`;
}

/** True for an id that SQS and DynamoDB accept unchanged. Any other is replaced by its SHA-256. */
export function isPlainId(id: string): boolean {
  return /^[A-Za-z0-9_:.-]{1,100}$/.test(id);
}

/** True for the id of a Telegram message, as the ledger keeps it for a part. */
export function isMessageId(partId: string): boolean {
  return isTelegramId(partId);
}

/** The Telegram message that our msgid, or a piece's, names; undefined for another chat's. */
export function messageNamedBy(msgid: string, conversationId: string): string | undefined {
  if (!msgid.startsWith(`${conversationId}-`)) return undefined;
  const id = msgid
    .slice(conversationId.length + 1)
    .replace(/(?:\.[0-9]{1,5})?(?:-edit-[0-9]{1,15})?$/, "");
  return isMessageId(id) ? id : undefined;
}

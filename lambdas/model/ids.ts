/** Our name of a conversation towards amoCRM, and the key of its mapping: `tg-<bot>-<chat>`. */
export function conversationIdOf(botId: string, chatId: string): string {
  return `tg-${botId}-${chatId}`;
}

/** The Telegram chat that a conversation id names, or undefined when the id is not of our form. */
export function chatOf(conversationId: string): { botId: string; chatId: string } | undefined {
  const match = /^tg-([0-9]+)-(-?[0-9]+)$/.exec(conversationId);
  const [, botId, chatId] = match ?? [];
  return botId === undefined || chatId === undefined ? undefined : { botId, chatId };
}

/** Our name of a message towards amoCRM; an edit carries the same, so it names its original. */
export function msgidOf(botId: string, chatId: string, telegramMessageId: string): string {
  return `tg-${botId}-${chatId}-${telegramMessageId}`;
}

/** Our name of a piece of a message that is more than one in amoCRM; the first is named as the message. */
export function pieceMsgidOf(msgid: string, number: number): string {
  return number === 1 ? msgid : `${msgid}.${number}`;
}

/** Our name of a customer towards amoCRM. */
export function customerIdOf(userId: string): string {
  return `tg-${userId}`;
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
  return /^[0-9]{1,15}$/.test(partId);
}

/** The Telegram message that our msgid names, or that of any piece, when it is of that chat. */
export function messageNamedBy(msgid: string, conversationId: string): string | undefined {
  if (!msgid.startsWith(`${conversationId}-`)) return undefined;
  const id = msgid
    .slice(conversationId.length + 1)
    .replace(/(?:\.[0-9]{1,5})?(?:-edit-[0-9]{1,15})?$/, "");
  return isMessageId(id) ? id : undefined;
}

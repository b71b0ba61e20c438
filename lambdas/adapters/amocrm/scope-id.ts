/**
 * A scope id as amoCRM makes it so far: `<channel id>_<account id>`. It promises no form, so what it
 * answers to `connect` is kept all the same.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function scopeIdOf(channelId: string, accountId: string): string {
  return `${channelId}_${accountId}`;
}

/** True for a scope id of that form. */
export function isScopeId(scopeId: string): boolean {
  return /^[A-Za-z0-9-]{1,64}_[A-Za-z0-9-]{1,64}$/.test(scopeId);
}

/** The account part of a scope id; a channel id holds no underscore. */
export function accountOf(scopeId: string): string {
  return scopeId.slice(scopeId.indexOf("_") + 1);
}

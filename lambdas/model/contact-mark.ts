/**
 * How long it stays known that a conversation is making a contact of a name: longer than a main API in
 * trouble is waited for, so that whatever came of it happened before.
 */
export const contactMarkMillis = 10 * 60_000;

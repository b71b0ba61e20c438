/**
 * The updates the bridge asks Telegram for; some are sent only when they are named.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export const allowedUpdates = [
  "message",
  "edited_message",
  "callback_query",
  "message_reaction",
  "my_chat_member",
  "business_connection",
  "business_message",
  "edited_business_message",
] as const;

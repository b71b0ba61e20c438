/**
 * The updates the bridge asks Telegram for; some are sent only when they are named. `channel_post`
 * is among them so that a channel the bot was in before is told once, too, that it is not served there.
 * Not asked for is what nobody writes to an operator: polls' states, inline queries, other members'
 * comings and goings, payments of a shop the bridge does not have.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export const allowedUpdates = [
  "message",
  "edited_message",
  "callback_query",
  "message_reaction",
  "my_chat_member",
  "channel_post",
  "business_connection",
  "business_message",
  "edited_business_message",
] as const;

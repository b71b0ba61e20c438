/**
 * Fields of a Message that say who, where, when and in answer to what; every other field is the
 * message's content, so that a kind the Bot API adds tomorrow is still seen and named.
 * @see https://core.telegram.org/bots/api#message
 */
const aboutTheMessage = new Set(
  `message_id message_thread_id direct_messages_topic from sender_chat
  sender_boost_count sender_business_bot sender_tag date business_connection_id
  chat forward_origin is_topic_message is_automatic_forward reply_to_message
  external_reply quote reply_to_story reply_to_checklist_task_id via_bot
  edit_date has_protected_content is_from_offline is_paid_post media_group_id
  author_signature paid_star_count entities link_preview_options suggested_post_info
  effect_id caption caption_entities show_caption_above_media has_media_spoiler
  reply_markup text guest_query_id receiver_user ephemeral_message_id
  reply_to_poll_option_id guest_bot_caller_user guest_bot_caller_chat`.split(/\s+/),
);

/** The Bot API's word for what a message carries, or undefined for a message of nothing. */
export function kindOf(message: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(message).find(
    (field) => !aboutTheMessage.has(field) && message[field] !== undefined,
  );
}

/** A field's name as far as it looks like one of the Bot API's: others might be somebody's words. */
export function plainKind(name: string): string {
  return /^[a-z][a-z0-9_]{0,63}$/.test(name) ? name : "unknown";
}

import { describe, expect, test } from "@jest/globals";
import type { Message } from "grammy/types";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { kindOf } from "../../../lambdas/telegram/decode/origin.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

/** Fields of a Message that give the author, place, time and context. */
// prettier-ignore
const about = [
  "message_id", "message_thread_id", "from", "sender_chat", "date", "guest_query_id",
  "business_connection_id", "chat", "is_topic_message", "direct_messages_topic", "sender_tag",
  "receiver_user", "ephemeral_message_id", "sender_boost_count", "sender_business_bot",
  "forward_origin", "is_automatic_forward", "reply_to_message", "reply_to_checklist_task_id",
  "reply_to_poll_option_id", "is_paid_post", "external_reply", "quote", "reply_to_story",
  "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat", "edit_date",
  "has_protected_content", "show_caption_above_media", "is_from_offline", "author_signature",
  "link_preview_options", "effect_id", "paid_star_count", "reply_markup", "caption",
  "caption_entities", "media_group_id", "has_media_spoiler", "suggested_post_info", "text",
  "entities",
] as const;

/** Fields of a Message that are its content. Each one is a kind. */
// prettier-ignore
const kinds = [
  "rich_message", "animation", "audio", "document", "live_photo", "paid_media", "photo",
  "sticker", "story", "video", "video_note", "voice", "contact", "dice", "game", "poll", "venue",
  "location", "checklist", "checklist_tasks_done", "checklist_tasks_added",
  "community_chat_added", "community_chat_removed", "community_chat_joined",
  "suggested_post_approved", "suggested_post_approval_failed", "suggested_post_declined",
  "suggested_post_paid", "suggested_post_refunded", "chat_owner_left", "chat_owner_changed",
  "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo",
  "delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
  "managed_bot_created", "poll_option_added", "poll_option_deleted",
  "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
  "pinned_message", "invoice", "successful_payment", "refunded_payment", "users_shared",
  "chat_shared", "connected_website", "write_access_allowed", "passport_data",
  "proximity_alert_triggered", "boost_added", "chat_background_set", "forum_topic_created",
  "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
  "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created", "giveaway",
  "giveaway_winners", "giveaway_completed", "gift", "gift_upgrade_sent", "unique_gift",
  "paid_message_price_changed", "direct_message_price_changed", "video_chat_scheduled",
  "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "web_app_data",
  "role",
] as const;

/** The compiler reports an error when a new version of grammY's types adds a field not listed. */
type Listed = (typeof about)[number] | (typeof kinds)[number];
const listsAreComplete: Exclude<keyof Message, Listed> extends never ? true : never = true;

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeUpdate(bytesOf(aTelegramUpdate({ text: undefined, ...message })), botId);

describe("a message that is not a text", () => {
  test("may be of every kind that grammY knows", () => {
    expect(listsAreComplete).toBe(true);
  });

  test.each(kinds)("with %s is shown under that kind", (kind) => {
    expect(decode({ [kind]: {} })).toMatchObject({
      kind: "message",
      content: { type: "unsupported", kind },
    });
  });

  test("of an unknown kind is shown under its own field name", () => {
    expect(decode({ hologram: { id: 1 } })).toMatchObject({
      content: { type: "unsupported", kind: "hologram" },
    });
  });

  test("is of the known kind when an unknown field comes before it", () => {
    const sticker = { file_id: "f" };

    expect(decode({ hologram_style: 1, sticker })).toMatchObject({
      content: { type: "media", media: { kind: "sticker" } },
    });
  });

  test("without any content is still shown", () => {
    expect(decode({})).toMatchObject({ content: { type: "unsupported", kind: "message" } });
    expect(decode({ text: "" })).toMatchObject({ content: { type: "unsupported" } });
  });

  test("keeps its caption", () => {
    expect(decode({ photo: [], caption: "My receipt" })).toMatchObject({
      content: { type: "unsupported", kind: "photo", text: "My receipt" },
    });
  });

  test.each([
    { kind: "animation", older: "document" },
    { kind: "venue", older: "location" },
    { kind: "live_photo", older: "photo" },
  ])("of $kind is not taken for the $older field next to it", ({ kind, older }) => {
    expect(decode({ [older]: {}, [kind]: {} })).toMatchObject({ content: { kind } });
  });
});

describe("a field about a message", () => {
  test.each(about)("such as %s is not its kind", (field) => {
    expect(kindOf({ [field]: {}, hologram: {} })).toBe("hologram");
  });

  test("does not change a text message", () => {
    const about = { text: "Good morning", quote: { text: "q" }, via_bot: { id: 1 }, hologram: {} };

    expect(decode(about)).toMatchObject({ content: { type: "text", text: "Good morning" } });
  });
});

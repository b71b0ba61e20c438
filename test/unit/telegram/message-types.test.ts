import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";
import { leavesOfMessage } from "../../support/message-types.ts";
import type { Leaf } from "../../support/message-types.ts";

type Fate = {
  /** Carried over as a message or its text; mentioned next to one; left out. */
  readonly fate: "carried" | "named" | "left out";
  readonly paths: RegExp;
  readonly why: string;
};
const carried = (paths: RegExp, why: string): Fate => ({ fate: "carried", paths, why });
const named = (paths: RegExp, why: string): Fate => ({ fate: "named", paths, why });
const leftOut = (paths: RegExp, why: string): Fate => ({ fate: "left out", paths, why });

/** How each path of a Message is handled. The first row that matches a path applies. */
const fates: readonly Fate[] = [
  leftOut(/(^|\.)([a-z]+_)*(id|mime_type|currency|payload)$/, "for programs"),
  leftOut(/_(place_type|type)$|\.(type|codec|set_name|file_path)$|^foursquare/, "names of forms"),
  leftOut(/\.(thumbnail|cover|qualities|premium_animation)(\.|$)/, "the same file in another form"),
  leftOut(/(^|\.)country_codes$|\.country_code$/, "codes"),

  leftOut(/^(from|sender_chat|chat|receiver_user|sender_business_bot|via_bot)$/, "who and where"),
  leftOut(/^(direct_messages_topic|guest_bot_caller_(user|chat))(\.|$)/, "who and where"),
  leftOut(/^(sender_tag|author_signature)$/, "of groups and channels"),
  leftOut(/^link_preview_options\./, "is in the text"),
  leftOut(/^reply_markup\./, "buttons under a forwarded message do nothing"),
  named(/^forward_origin\.(sender_user|sender_user_name|sender_chat)$/, "the original author"),
  named(/^forward_origin\.(author_signature|chat\.title)$/, "the original author"),
  leftOut(/^forward_origin\.chat\.username$/, "its title is named"),
  leftOut(
    /^(reply_to_message|external_reply|reply_to_story\.chat)$/,
    "a reference of a reply: quoted",
  ),
  leftOut(/^quote\./, "a part of the quoted message: quoted with it"),

  carried(/^(text|caption|entities|caption_entities)$/, "the text"),
  leftOut(/^entities\.language$/, "is in the fence of its code, another entity"),
  carried(/^entities\./, "the link targets"),
  leftOut(/\.callback_data$|\.bot_username$|\.forward_text$/, "a button's data for another bot"),
  leftOut(/\.switch_inline_query/, "a button's query to another bot"),
  leftOut(
    /^rich_message\.blocks\.(text\.)?(name|anchor_name|reference_name)$/,
    "places in the text",
  ),
  carried(/^rich_message\./, "every block, in order"),

  leftOut(/^sticker\.emoji$/, "a static one shows it; a moving one has it next to its picture"),
  carried(
    /^(animation|audio|document|live_photo|photo|sticker|video|video_note|voice)(\.|$)/,
    "file",
  ),
  carried(/^(contact|dice|venue|location|web_app_data)(\.|$)/, "a separate content type"),
  leftOut(/^poll\.options\.added_by_/, "the poll is the customer's, whoever suggested the option"),
  leftOut(/^poll\..*media\.sticker\.emoji$/, "the sticker itself is carried over"),
  carried(/^poll\./, "the text of the poll, then its media"),
  leftOut(/^checklist(_tasks_added)?\.tasks\.completed_by_/, "its completion is shown"),
  carried(/^checklist\./, "its title and tasks"),
  carried(/^paid_media\./, "the media that Telegram gives to the bot"),

  leftOut(/^game\.(photo|animation)/, "decoration of the game's card"),
  carried(/^game\./, "its text"),
  leftOut(/^(gift|gift_upgrade_sent|unique_gift)\..*(sticker|publisher_chat)$/, "decoration"),
  carried(/^(gift|gift_upgrade_sent|unique_gift)\./, "its text"),
  leftOut(
    /^(chat_background_set|new_chat_photo|chat_shared\.photo|users_shared\.users\.photo)/,
    "appearance",
  ),
  carried(/^(chat_shared|users_shared)\./, "the named people and chats"),
  leftOut(
    /^passport_data\.(credentials|data\.(data|hash|files|front_side|reverse_side|selfie|translation))/,
    "encrypted for another key",
  ),
  carried(/^passport_data\.data\.(email|phone_number)$/, "the unencrypted fields"),
  leftOut(
    /^(pinned_message|.*\.(poll|checklist|giveaway|suggested_post)_message)$/,
    "already in the chat: its text",
  ),
  carried(/^(story\.chat|giveaway\.|giveaway_winners\.)/, "its owner"),
  carried(
    /^(new_chat_title|forum_topic_(created|edited)\.name|community_chat_(added|joined)\.)/,
    "name",
  ),
  carried(/^(connected_website|write_access_allowed\.|invoice\.(title|description))/, "its text"),
  leftOut(/^invoice\.start_parameter$/, "for programs"),
  carried(/^successful_payment\.order_info\./, "the delivery address"),
  carried(/^(checklist_tasks_added|poll_option_(added|deleted))\./, "its text"),
  carried(/^suggested_post_(declined\.comment|refunded\.reason)$/, "its text"),
  carried(/^(chat_owner_(left|changed)|managed_bot_created|proximity_alert_triggered)\./, "names"),
  carried(/^(left_chat_member|new_chat_members|video_chat_participants_invited\.users)$/, "names"),
];

const leaves = leavesOfMessage();
const fateOf = ({ path }: Leaf) => fates.find(({ paths }) => paths.test(path));

/** The value to put at a path, and how to recognise it in the output. */
const canary = "canary-7f3";
const put = ({ kind }: Leaf): { value: unknown; seen: string } => {
  const person = { id: 77, is_bot: false, first_name: canary, username: canary };
  const special: Partial<Record<Leaf["kind"], { value: unknown; seen: string }>> = {
    place: { value: { latitude: 12.345678, longitude: 9.87654 }, seen: '"latitude":12.345678' },
    blocks: { value: { type: "paragraph", text: canary }, seen: canary },
    entities: { value: { type: "strikethrough", offset: 0, length: 1 }, seen: "~~1~~" },
    person: { value: person, seen: canary },
    chat: { value: { ...person, type: "channel", title: canary }, seen: canary },
  };
  return special[kind] ?? { value: canary, seen: canary };
};

const shownOf = (leaf: Leaf, value: unknown): string => {
  const who = { id: 42, type: "private", first_name: "Anna" };
  const about = { message_id: 5, chat: who, from: { id: 42, is_bot: false, first_name: "Anna" } };
  const isEntity = leaf.path.startsWith("entities.");
  const message = {
    ...(isEntity ? { text: "12" } : {}),
    ...leaf.holding(value),
    ...about,
    date: 1,
  };
  const event = decodeUpdate(bytesOf({ update_id: 1, message }), botId);
  const { customer: _, ...shown } = { customer: undefined, ...event };
  return JSON.stringify(shown);
};

describe("the fields of a Message in the Bot API's types", () => {
  test("are read by the test", () => {
    expect(leaves.length).toBeGreaterThan(700);
    expect(leaves.filter(({ kind }) => kind === "unreadable")).toEqual([]);
  });

  test("are all in the table: a new version that adds a file, a place or a text needs a decision", () => {
    const unknown = leaves.filter((leaf) => fateOf(leaf) === undefined).map(({ path }) => path);

    expect([...new Set(unknown)]).toEqual([]);
  });

  test("are used by every row: no row is left over", () => {
    const used = new Set(leaves.map(fateOf));

    expect(fates.filter((fate) => !used.has(fate)).map(({ paths }) => paths.source)).toEqual([]);
  });

  test("come out as the table says", () => {
    const missing = leaves.filter((leaf) => {
      const { value, seen } = put(leaf);
      return fateOf(leaf)?.fate !== "left out" && !shownOf(leaf, value).includes(seen);
    });

    expect(missing.map(({ path, kind }) => `${path} (${kind})`)).toEqual([]);
  });
});

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
  leftOut(/(^|\.)([a-z]+_)*(id|mime_type|currency|payload)$/, "for machines"),
  leftOut(/_(place_type|type)$|\.(type|codec|set_name|file_path)$|^foursquare/, "names of forms"),
  leftOut(/\.(thumbnail|cover|qualities|premium_animation)(\.|$)/, "the same file in another form"),
  leftOut(/(^|\.)country_codes$|\.country_code$/, "codes"),

  leftOut(/^(from|sender_chat|chat|receiver_user|sender_business_bot|via_bot)$/, "who and where"),
  leftOut(/^(direct_messages_topic|guest_bot_caller_(user|chat))(\.|$)/, "who and where"),
  leftOut(/^(sender_tag|author_signature)$/, "of groups and channels"),
  leftOut(/^link_preview_options\./, "stands in the text"),
  leftOut(/^reply_markup\./, "buttons under a message that somebody forwards do nothing"),
  named(/^forward_origin\.(sender_user|sender_user_name|sender_chat)$/, "who wrote it first"),
  named(/^forward_origin\.(author_signature|chat\.title)$/, "who wrote it first"),
  leftOut(/^forward_origin\.chat\.username$/, "its title is named"),
  leftOut(/^(reply_to_message|external_reply|reply_to_story\.chat)$/, "answered, not sent: quoted"),
  leftOut(/^quote\./, "a part of what is answered: quoted in words with it"),

  carried(/^(text|caption|entities|caption_entities)$/, "the words"),
  leftOut(/^entities\.language$/, "stands in the fence of its code, which is another entity's"),
  carried(/^entities\./, "where the words lead"),
  leftOut(/\.callback_data$|\.bot_username$|\.forward_text$/, "what a press tells another bot"),
  leftOut(/\.switch_inline_query/, "what a press asks another bot"),
  leftOut(
    /^rich_message\.blocks\.(text\.)?(name|anchor_name|reference_name)$/,
    "places in the text",
  ),
  carried(/^rich_message\./, "every block, in order"),

  leftOut(/^sticker\.emoji$/, "a still one shows it; beside the picture of a moving one it stands"),
  carried(
    /^(animation|audio|document|live_photo|photo|sticker|video|video_note|voice)(\.|$)/,
    "file",
  ),
  carried(/^(contact|dice|venue|location|web_app_data)(\.|$)/, "a form of its own"),
  leftOut(/^poll\.options\.added_by_/, "the poll is the customer's, whoever suggested the option"),
  leftOut(/^poll\..*media\.sticker\.emoji$/, "the sticker itself is carried over"),
  carried(/^poll\./, "words of the poll, then its media"),
  leftOut(/^checklist(_tasks_added)?\.tasks\.completed_by_/, "that it is done is shown"),
  carried(/^checklist\./, "its title and tasks"),
  carried(/^paid_media\./, "what Telegram hands out of it"),

  leftOut(/^game\.(photo|animation)/, "decoration of the game's card"),
  carried(/^game\./, "its words"),
  leftOut(/^(gift|gift_upgrade_sent|unique_gift)\..*(sticker|publisher_chat)$/, "decoration"),
  carried(/^(gift|gift_upgrade_sent|unique_gift)\./, "its words"),
  leftOut(
    /^(chat_background_set|new_chat_photo|chat_shared\.photo|users_shared\.users\.photo)/,
    "looks",
  ),
  carried(/^(chat_shared|users_shared)\./, "whom the customer names"),
  leftOut(
    /^passport_data\.(credentials|data\.(data|hash|files|front_side|reverse_side|selfie|translation))/,
    "enciphered for another key",
  ),
  carried(/^passport_data\.data\.(email|phone_number)$/, "what is not enciphered"),
  leftOut(
    /^(pinned_message|.*\.(poll|checklist|giveaway|suggested_post)_message)$/,
    "in the chat already: its words",
  ),
  carried(/^(story\.chat|giveaway\.|giveaway_winners\.)/, "whose it is"),
  carried(
    /^(new_chat_title|forum_topic_(created|edited)\.name|community_chat_(added|joined)\.)/,
    "name",
  ),
  carried(/^(connected_website|write_access_allowed\.|invoice\.(title|description))/, "its words"),
  leftOut(/^invoice\.start_parameter$/, "for machines"),
  carried(/^successful_payment\.order_info\./, "where it is to be sent"),
  carried(/^(checklist_tasks_added|poll_option_(added|deleted))\./, "its words"),
  carried(/^suggested_post_(declined\.comment|refunded\.reason)$/, "its words"),
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

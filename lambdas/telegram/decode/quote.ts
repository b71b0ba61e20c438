import * as z from "zod/mini";
import type { MediaKind } from "../../model/content.ts";
import type { CustomerQuote } from "../../model/message.ts";
import { visibleName } from "../../model/visible-name.ts";
import { isObject, listAt, textAt, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { contentsOf, shownKindOf, wordsOf } from "./content.ts";
import { nameOf } from "./origin.ts";
import { renderField, renderText } from "./entities.ts";
import * as wire from "./wire.ts";
import { omitUndefined } from "./wire.ts";

type About = Pick<CustomerQuote, "kind" | "whose" | "link">;

/**
 * The message that a message answers, in the same chat or in another: its words, and its kind when the
 * words do not say it.
 * @see https://core.telegram.org/bots/api#textquote
 */
export function quoteOf(message: Fields): CustomerQuote | undefined {
  const original = message["reply_to_message"];
  // A message in a topic that answers no other message answers the creation of its topic.
  if (isObject(original) && original["forum_topic_created"] === undefined) {
    const id = original["message_id"];
    const words = quotedWords(message, original, true);
    return {
      from: valueAt(original, "from", "is_bot") === true ? "bot" : "customer",
      ...omitUndefined({ telegramMessageId: Number.isSafeInteger(id) ? String(id) : undefined }),
      ...words,
      ...(words.isPart ? {} : aboutOwn(original, words.text)),
    };
  }
  const external = message["external_reply"];
  if (isObject(external)) {
    const { origin, ...quoted } = external;
    const isChosen = valueAt(message, "quote", "is_manual") === true;
    const words = quotedWords(message, quoted, isChosen);
    const about = omitUndefined({ kind: kindOf(quoted, words.text) });
    return { from: "another-chat", ...words, ...aboutAnotherChat(quoted, origin), ...about };
  }
  const story = message["reply_to_story"];
  if (isObject(story)) {
    const about = { kind: "story", ...aboutAnotherChat({ story }, undefined) };
    return { from: "another-chat", text: "", isPart: false, ...about };
  }
  // When Telegram's server no longer knows the message, Telegram gives at most its words.
  const words = quotedWords(message, {}, true);
  return words.text === "" ? undefined : { from: "another-chat", ...words };
}

/** The first author of a forwarded message. @see https://core.telegram.org/bots/api#messageorigin */
export function forwardedFrom(message: Fields): string | undefined {
  const origin = message["forward_origin"];
  return isObject(origin) ? (authorOf(origin) ?? "Telegram") : undefined;
}

function authorOf(origin: Fields): string | undefined {
  const user = z.safeParse(wire.user, origin["sender_user"]);
  const seenAt = (field: string) => visibleName(textAt(origin, field));
  const names = [
    user.success ? (nameOf(user.data) ?? `Telegram ${user.data.id}`) : undefined,
    seenAt("sender_user_name"),
    titleOf(origin["sender_chat"] ?? origin["chat"]),
    seenAt("author_signature"),
  ];
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? undefined : known.join(", ");
}

function titleOf(value: unknown): string | undefined {
  const { data: chat } = z.safeParse(wire.chat, value);
  return chat && (visibleName(chat.title) ?? nameOf(chat) ?? `Telegram ${chat.id}`);
}

/** Words identify a message of this chat. Without words, its kind and author do. */
function aboutOwn(original: Fields, text: string): About {
  const { data: author } = z.safeParse(wire.user, original["from"]);
  const whose = text.trim() === "" && author !== undefined ? nameOf(author) : undefined;
  return omitUndefined({ kind: kindOf(original, text), whose });
}

/** The author of a message or story of another chat, and a link to it. Only public chats have such links. */
function aboutAnotherChat(quoted: Fields, origin: unknown): About {
  const { story } = quoted;
  const chat = isObject(story) ? story["chat"] : (quoted["chat"] ?? valueAt(origin, "chat"));
  const id = isObject(story)
    ? story["id"]
    : (quoted["message_id"] ?? valueAt(origin, "message_id"));
  const name = valueAt(chat, "username");
  const isPublic = typeof name === "string" && /^\w{3,32}$/.test(name);
  const place = isObject(story) ? "s/" : "";
  const link =
    isPublic && Number.isSafeInteger(id) ? `https://t.me/${name}/${place}${String(id)}` : undefined;
  return omitUndefined({
    whose: (isObject(origin) ? authorOf(origin) : undefined) ?? titleOf(chat),
    link,
  });
}

/** The kind of a message when its words do not say it. For a rich message: of its first content. */
function kindOf(quoted: Fields, text: string): string | undefined {
  const kind = shownKindOf(quoted);
  if (kind === "text") return undefined;
  if (kind !== "rich_message") return kind;
  if (text.trim() !== "") return undefined;
  const [first] = contentsOf(quoted);
  if (first.type === "media") return kinds[first.media.kind] ?? first.media.kind;
  return first.type === "unsupported" ? first.kind : first.type;
}

/** Telegram's names for kinds of files that have another name in amoCRM. */
const kinds: Readonly<Partial<Record<MediaKind, string>>> = { picture: "photo", file: "document" };

/** The part that the author chose, else the whole text. */
function quotedWords(
  message: Fields,
  original: Fields,
  isChosen: boolean,
): { text: string; isPart: boolean } {
  const item = itemIn(message, original);
  if (item !== undefined) return { text: item, isPart: true };
  const contents = shownKindOf(original) === undefined ? [] : contentsOf(original);
  // The first text is enough: the operator has to recognise the quote, not to read it.
  const whole = contents.map(wordsOf).find((words) => words.trim() !== "") ?? "";
  const part = textAt(message, "quote", "text") ?? "";
  if (part === "") return { text: whole, isPart: false };
  const text = renderText(part, valueAt(message, "quote", "entities"));
  return { text, isPart: isChosen && text !== whole };
}

/** The task of a checklist or the option of a poll that the message answers. */
function itemIn(message: Fields, original: Fields): string | undefined {
  const task = named(original, ["checklist", "tasks"], "id", message["reply_to_checklist_task_id"]);
  const option = named(
    original,
    ["poll", "options"],
    "persistent_id",
    message["reply_to_poll_option_id"],
  );
  return renderField(task ?? option, "text") || undefined;
}

function named(holder: Fields, path: readonly string[], field: string, id: unknown): unknown {
  if (id === undefined) return undefined;
  return listAt(holder, ...path).find((item) => valueAt(item, field) === id);
}

import type { Media, MessageContent } from "../../model/content.ts";
import { canBeSeen, visibleName } from "../../model/visible-name.ts";
import { isObject, listAt, textAt, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { renderField, renderText } from "./entities.ts";
import { kindOf, plainKind, nameOf } from "./origin.ts";
import { fileReaders, mediaOfPoll, placeIn, readLivePhoto, wordsOfPoll } from "./media.ts";
import { omitUndefined } from "./wire.ts";
import { contentsWithin } from "./rich-message.ts";
import { wordsOfCard } from "./vcard.ts";

type Contents = readonly MessageContent[];
/** Returns no contents for a value of an unexpected form. */
type Render = (value: unknown, message: Fields) => Contents;

/**
 * The readers of kinds that have a form of their own. A message may have two of these fields. Then the
 * earlier field in this list is its kind: the Bot API adds an older field for clients that do not know
 * the newer one.
 */
const renderings: ReadonlyMap<string, Render> = new Map<string, Render>([
  ["live_photo", livePhoto],
  ["venue", venue],
  ...(["animation", "photo", "video", "document", "audio", "voice", "video_note"] as const).map(
    (kind) => [kind, withCaption(fileReaders[kind])] as const,
  ),
  ["sticker", sticker],
  ["location", (value) => locationOf(value)],
  ["contact", contact],
  ["poll", poll],
  ["checklist", checklist],
  ["checklist_tasks_done", markedTasks],
  ["dice", dice],
  ["web_app_data", webAppData],
]);

/** Kinds whose pictures add nothing to their words: games, gifts, profiles, backgrounds. */
const decorated = new Set(
  `game gift gift_upgrade_sent unique_gift new_chat_photo chat_background_set users_shared chat_shared
  passport_data pinned_message poll_option_added poll_option_deleted checklist_tasks_done
  checklist_tasks_added suggested_post_approved suggested_post_approval_failed suggested_post_declined
  suggested_post_paid suggested_post_refunded`.split(/\s+/),
);

/**
 * The contents of a Message, in order. Most kinds give one content. A rich message with files gives
 * several. A kind without a form of its own, known or future, gives an `unsupported` content, and so does
 * a value of an unexpected form. Such a content has the Bot API's name of the kind and the texts; the
 * files within it follow.
 */
export function contentsOf(message: Fields): readonly [MessageContent, ...MessageContent[]] {
  // Next to `rich_message`, `text` is only a fallback for clients that do not know rich messages.
  const rich = contentsWithin(message["rich_message"]);
  if (isSome(rich)) return rich;
  const text = textOf(message, "text", "entities");
  if (text !== undefined) return [{ type: "text", text }];
  const known = [...renderings].find(([name]) => message[name] !== undefined);
  if (known === undefined) return placeholderOf(kindOf(message) ?? "message", message);
  const [kind, render] = known;
  const contents = render(message[kind], message);
  return isSome(contents) ? contents : placeholderOf(kind, message);
}

/** The Bot API's name of the kind that `contentsOf` shows; undefined for a message without content. */
export function shownKindOf(message: Fields): string | undefined {
  if (isSome(contentsWithin(message["rich_message"]))) return "rich_message";
  if (textOf(message, "text", "entities") !== undefined) return "text";
  const kind = [...renderings.keys()].find((name) => message[name] !== undefined);
  const other = kind ?? kindOf(message);
  return other === undefined ? undefined : plainKind(other);
}

/** The words of a content, without its file or place. */
export function wordsOf(content: MessageContent): string {
  if (content.type === "contact") return [content.name, content.phone].join(" ").trim();
  return content.text ?? "";
}

/** A content that has no form in amoCRM, under its name in the Bot API. `kind` is safe to log. */
export function unsupported(kind: string, holder: Fields, words: string): MessageContent {
  const caption = textOf(holder, "caption", "caption_entities");
  const text = [caption, words].filter(Boolean).join("\n");
  return {
    type: "unsupported",
    kind: plainKind(kind),
    ...omitUndefined({ text: text || undefined }),
  };
}

/** An `unsupported` content with all words within the value; the files and places within it follow. */
export function placeholderOf(
  kind: string,
  holder: Fields,
  value: unknown = holder[kind],
): readonly [MessageContent, ...MessageContent[]] {
  const contents = contentsWithin(value);
  const words = contents.flatMap((content) => (content.type === "text" ? content.text : []));
  const others = contents.filter(({ type }) => type !== "text");
  const shown = decorated.has(kind) ? [] : others;
  return [unsupported(kind, holder, words.join("\n")), ...shown];
}

function isSome(contents: Contents): contents is readonly [MessageContent, ...MessageContent[]] {
  return contents.length > 0;
}

/** The text with its entities; undefined when a person sees nothing of it, not even a link. */
function textOf(message: Fields, field: string, entities: string): string | undefined {
  const text = message[field];
  if (typeof text !== "string") return undefined;
  const rendered = renderText(text, message[entities]);
  if (canBeSeen(text)) return rendered;
  const says = canBeSeen(rendered.replace(/[`|~>]/g, ""));
  return says ? visibleName(rendered) : undefined;
}

function withCaption(read: (value: unknown) => Media | undefined): Render {
  return (value, message) => {
    const media = read(value);
    const text = textOf(message, "caption", "caption_entities");
    return media === undefined ? [] : [{ type: "media", media, ...omitUndefined({ text }) }];
  };
}

function livePhoto(value: unknown, message: Fields): Contents {
  const text = textOf(message, "caption", "caption_entities");
  return readLivePhoto(value).map((media, index) => ({
    type: "media",
    media,
    ...omitUndefined({ text: index === 0 ? text : undefined }),
  }));
}

/** A moving sticker shows as a picture with its emoji. A sticker without a picture shows only its emoji. */
function sticker(value: unknown): Contents {
  const media = fileReaders.sticker(value);
  const text = media?.kind === "picture" ? textAt(value, "emoji") : undefined;
  return media === undefined ? [] : [{ type: "media", media, ...omitUndefined({ text }) }];
}

function locationOf(value: unknown, text?: string): Contents {
  const place = placeIn(value);
  const live = valueAt(value, "live_period") === undefined ? undefined : ("begun" as const);
  return place === undefined ? [] : [{ ...place, ...omitUndefined({ text, live }) }];
}

function venue(value: unknown): Contents {
  return locationOf(valueAt(value, "location"), linesOf(value, "title", "address") || undefined);
}

/** The owner of a number shares it only by a message of their own, not by a forwarded one. */
function contact(value: unknown, message: Fields): Contents {
  const phone = textAt(value, "phone_number");
  if (!isObject(value) || !phone) return [];
  const named = {
    first_name: textAt(value, "first_name"),
    last_name: textAt(value, "last_name"),
  };
  const owner = valueAt(value, "user_id");
  const isOwn =
    owner !== undefined &&
    owner === valueAt(message, "from", "id") &&
    message["forward_origin"] === undefined;
  const name = nameOf(named) ?? phone;
  const text = wordsOfCard(value["vcard"], { name, phone });
  const others = text === "" ? [] : [{ type: "text", text } as const];
  return [{ type: "contact", name, phone, ...(isOwn ? { isOwn } : {}) }, ...others];
}

function poll(value: unknown, message: Fields): Contents {
  const media = mediaOfPoll(value, contentsOf);
  return [unsupported("poll", message, wordsOfPoll(value)), ...media];
}

function checklist(value: unknown, message: Fields): Contents {
  return [unsupported("checklist", message, wordsOfChecklist(value))];
}

function markedTasks(value: unknown, message: Fields): Contents {
  const words = wordsOfMarkedTasks(value);
  return words === "" ? [] : [unsupported("checklist_tasks_done", message, words)];
}

function dice(value: unknown, message: Fields): Contents {
  const thrown = valueAt(value, "value");
  const words = [textAt(value, "emoji"), typeof thrown === "number" ? String(thrown) : ""];
  return [unsupported("dice", message, words.filter(Boolean).join(" "))];
}

function webAppData(value: unknown, message: Fields): Contents {
  return [unsupported("web_app_data", message, linesOf(value, "button_text", "data"))];
}

function linesOf(value: unknown, ...fields: readonly string[]): string {
  return fields
    .map((field) => textAt(value, field))
    .filter(Boolean)
    .join("\n");
}

/** The words of a checklist, one line each: the title, then the tasks, done or not. */
function wordsOfChecklist(list: unknown): string {
  const tasks = tasksIn(list).map((task) => {
    const atSeconds = valueAt(task, "completion_date");
    // An open task has the date 0: https://core.telegram.org/bots/api#checklisttask
    return line(task, typeof atSeconds === "number" && atSeconds > 0);
  });
  return [renderField(list, "title"), ...tasks].filter(Boolean).join("\n");
}

/** The tasks that a person marked as done or as not done; empty when Telegram does not send the checklist. */
function wordsOfMarkedTasks(marks: unknown): string {
  const list = valueAt(marks, "checklist_message", "checklist");
  const marksIn = (field: string, isDone: boolean) => {
    const ids = listAt(marks, field);
    const tasks = tasksIn(list).filter((task) => ids.includes(valueAt(task, "id")));
    return tasks.map((task) => line(task, isDone));
  };
  const lines = [
    ...marksIn("marked_as_done_task_ids", true),
    ...marksIn("marked_as_not_done_task_ids", false),
  ];
  return lines.length === 0
    ? ""
    : [renderField(list, "title"), ...lines].filter(Boolean).join("\n");
}

function tasksIn(list: unknown): readonly unknown[] {
  return listAt(list, "tasks").filter(isObject);
}

function line(task: unknown, isDone: boolean): string {
  return `${isDone ? "☑" : "☐"} ${renderField(task, "text")}`;
}

import type { Media, MessageContent } from "../../model/content.ts";
import { canBeSeen, visibleName } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../../http/untrusted.ts";
import { renderText } from "./entities.ts";
import { kindOf, plainKind, nameOf } from "./origin.ts";
import {
  asMedia,
  placeIn,
  readAnimation,
  readAudio,
  readLivePhoto,
  readPhoto,
  readSticker,
  readVideo,
  mediaOfPoll,
  wordsOfPoll,
} from "./media.ts";
import { present } from "./wire.ts";
import { contentsOfRichMessage, contentsWithin } from "./rich-message.ts";
import { wordsOfCard } from "./vcard.ts";

type Fields = Readonly<Record<string, unknown>>;
type Contents = readonly MessageContent[];
/** Answers nothing for a value that is not of the expected form. */
type Render = (value: unknown, message: Fields) => Contents;

/**
 * How each kind is shown that has a form of its own. Of two fields in a message the earlier one
 * here is its kind: the Bot API adds an older one for clients that do not know the newer.
 */
const renderings: ReadonlyMap<string, Render> = new Map<string, Render>([
  ["animation", withCaption(readAnimation)],
  ["live_photo", livePhoto],
  ["venue", venue],
  ["photo", withCaption(readPhoto)],
  ["video", withCaption(readVideo)],
  ["document", withCaption(asMedia("file"))],
  ["audio", withCaption(readAudio)],
  ["voice", withCaption(asMedia("voice"))],
  ["video_note", withCaption(asMedia("video", "video/mp4"))],
  ["sticker", sticker],
  ["location", (value) => locationOf(value)],
  ["contact", contact],
  ["poll", poll],
  ["checklist", checklist],
  ["checklist_tasks_done", markedTasks],
  ["dice", dice],
  ["web_app_data", webAppData],
]);

/** Kinds whose pictures say nothing that their words do not: of a game, a gift, a profile, a background. */
const decorated = new Set(
  `game gift gift_upgrade_sent unique_gift new_chat_photo chat_background_set users_shared chat_shared
  passport_data pinned_message poll_option_added poll_option_deleted checklist_tasks_done
  checklist_tasks_added suggested_post_approved suggested_post_approval_failed suggested_post_declined
  suggested_post_paid suggested_post_refunded`.split(/\s+/),
);

/**
 * What a Message says, in its order: one content for most kinds, several for a rich message with files
 * in it. Every kind without a form of its own, today's or tomorrow's, and every one whose form is not as
 * expected, is `unsupported` under the Bot API's own word, with its texts, and the files within it follow.
 */
export function contentsOf(message: Fields): readonly [MessageContent, ...MessageContent[]] {
  // Beside it `text` is a makeshift for clients that do not know rich messages.
  const rich = contentsOfRichMessage(message["rich_message"]);
  if (isSome(rich)) return rich;
  const text = textOf(message, "text", "entities");
  if (text !== undefined) return [{ type: "text", text }];
  const known = [...renderings].find(([name]) => message[name] !== undefined);
  if (known === undefined) return placeholderOf(kindOf(message) ?? "message", message);
  const [kind, render] = known;
  const contents = render(message[kind], message);
  return isSome(contents) ? contents : placeholderOf(kind, message);
}

/** The Bot API's word for what a Message is shown as; undefined for one of which nothing is told. */
export function shownKindOf(message: Fields): string | undefined {
  if (isSome(contentsOfRichMessage(message["rich_message"]))) return "rich_message";
  if (textOf(message, "text", "entities") !== undefined) return "text";
  const kind = [...renderings.keys()].find((name) => message[name] !== undefined);
  const other = kind ?? kindOf(message);
  return other === undefined ? undefined : plainKind(other);
}

/** The words of a content alone, without what they stand beside. */
export function wordsOf(content: MessageContent): string {
  if (content.type === "contact") return [content.name, content.phone].join(" ").trim();
  return content.text ?? "";
}

/** Something that has no form in amoCRM, by its name in the Bot API; `kind` is safe to be logged. */
export function unsupported(kind: string, holder: Fields, words: string): MessageContent {
  const caption = textOf(holder, "caption", "caption_entities");
  const text = [caption, words].filter(Boolean).join("\n");
  return { type: "unsupported", kind: plainKind(kind), ...present({ text: text || undefined }) };
}

/** The same for all that is within a value: its words beside its name, then its files and places. */
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

/** Of characters that nobody sees a text may still lead somewhere: then it is what its entities say. */
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
    return media === undefined ? [] : [{ type: "media", media, ...present({ text }) }];
  };
}

function livePhoto(value: unknown, message: Fields): Contents {
  const text = textOf(message, "caption", "caption_entities");
  return readLivePhoto(value).map((media, index) => ({
    type: "media",
    media,
    ...present({ text: index === 0 ? text : undefined }),
  }));
}

/** The emoji stands beside a moving sticker's picture, and for one without a picture. */
function sticker(value: unknown): Contents {
  const media = readSticker(value);
  const emoji = valueAt(value, "emoji");
  const text = typeof emoji === "string" && media?.kind === "picture" ? emoji : undefined;
  return media === undefined ? [] : [{ type: "media", media, ...present({ text }) }];
}

function locationOf(value: unknown, text?: string): Contents {
  const place = placeIn(value);
  const live = valueAt(value, "live_period") === undefined ? undefined : ("begun" as const);
  return place === undefined ? [] : [{ ...place, ...present({ text, live }) }];
}

function venue(value: unknown): Contents {
  return locationOf(valueAt(value, "location"), linesOf(value, "title", "address") || undefined);
}

/** Whose number it is Telegram says by itself; what somebody forwards is shared by nobody. */
function contact(value: unknown, message: Fields): Contents {
  const phone = valueAt(value, "phone_number");
  if (!isObject(value) || typeof phone !== "string" || phone === "") return [];
  const named = {
    first_name: stringAt(value, "first_name"),
    last_name: stringAt(value, "last_name"),
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
  const words = [stringAt(value, "emoji"), typeof thrown === "number" ? String(thrown) : ""];
  return [unsupported("dice", message, words.filter(Boolean).join(" "))];
}

function webAppData(value: unknown, message: Fields): Contents {
  return [unsupported("web_app_data", message, linesOf(value, "button_text", "data"))];
}

function linesOf(value: unknown, ...fields: readonly string[]): string {
  return fields
    .map((field) => stringAt(value, field))
    .filter(Boolean)
    .join("\n");
}

function stringAt(value: unknown, field: string): string | undefined {
  const found = valueAt(value, field);
  return typeof found === "string" ? found : undefined;
}

/** A checklist's words, a line each: its title, then its tasks, done or not. */
function wordsOfChecklist(list: unknown): string {
  const tasks = tasksIn(list).map((task) => {
    const atSeconds = valueAt(task, "completion_date");
    // Nought where it is not done: https://core.telegram.org/bots/api#checklisttask
    return line(task, typeof atSeconds === "number" && atSeconds > 0);
  });
  return [marked(list, "title"), ...tasks].filter(Boolean).join("\n");
}

/** Which tasks of a list somebody has marked, as done and as not; of a list that is not told nothing. */
function wordsOfMarkedTasks(marks: unknown): string {
  const list = valueAt(marks, "checklist_message", "checklist");
  const marksIn = (field: string, isDone: boolean) => {
    const ids = valueAt(marks, field);
    const tasks = tasksIn(list).filter(
      (task) => Array.isArray(ids) && ids.includes(valueAt(task, "id")),
    );
    return tasks.map((task) => line(task, isDone));
  };
  const lines = [
    ...marksIn("marked_as_done_task_ids", true),
    ...marksIn("marked_as_not_done_task_ids", false),
  ];
  return lines.length === 0 ? "" : [marked(list, "title"), ...lines].filter(Boolean).join("\n");
}

function tasksIn(list: unknown): readonly unknown[] {
  const tasks = valueAt(list, "tasks");
  return Array.isArray(tasks) ? tasks.filter(isObject) : [];
}

function line(task: unknown, isDone: boolean): string {
  return `${isDone ? "☑" : "☐"} ${marked(task, "text")}`;
}

function marked(holder: unknown, field: string): string {
  const text = valueAt(holder, field);
  return typeof text === "string" ? renderText(text, valueAt(holder, `${field}_entities`)) : "";
}

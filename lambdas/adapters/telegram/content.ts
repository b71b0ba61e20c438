import type { Media, MessageContent } from "../../model/content.ts";
import { isObject, valueAt } from "../untrusted.ts";
import { renderText } from "./entities.ts";
import { kindOf, plainKind } from "./kinds.ts";
import {
  asMedia,
  readAnimation,
  readAudio,
  readLivePhoto,
  readPhoto,
  readSticker,
} from "./media.ts";
import { nameOf } from "./customer.ts";
import { present } from "./present.ts";
import { textsWithin } from "./texts-within.ts";

type Fields = Readonly<Record<string, unknown>>;
type Render = (value: unknown, message: Fields) => MessageContent | undefined;

/**
 * How each kind is shown that has a form of its own. Of two fields in a message the earlier one
 * here is its kind: the Bot API adds an older one for clients that do not know the newer.
 */
const renderings: ReadonlyMap<string, Render> = new Map<string, Render>([
  ["animation", withCaption(readAnimation)],
  ["live_photo", withCaption(readLivePhoto)],
  ["venue", venue],
  ["photo", withCaption(readPhoto)],
  ["video", withCaption(asMedia("video"))],
  ["document", withCaption(asMedia("file"))],
  ["audio", withCaption(readAudio)],
  ["voice", withCaption(asMedia("voice"))],
  ["video_note", withCaption(asMedia("video", "video/mp4"))],
  ["sticker", sticker],
  ["location", (value) => locationOf(value)],
  ["contact", contact],
  ["poll", poll],
  ["checklist", checklist],
  ["dice", dice],
  ["web_app_data", webAppData],
]);

/**
 * What a Message says. Every kind without a form of its own, today's or tomorrow's, and every one
 * whose form is not as expected, is `unsupported` under the Bot API's own word, with its texts.
 */
export function contentOf(message: Fields): MessageContent {
  const text = textOf(message, "text", "entities");
  if (text !== undefined) return { type: "text", text };
  const known = [...renderings].find(([name]) => message[name] !== undefined);
  if (known === undefined) return unsupported(kindOf(message) ?? "message", message);
  const [kind, render] = known;
  return render(message[kind], message) ?? unsupported(kind, message);
}

/** The words of a content alone, without what they stand beside. */
export function wordsOf(content: MessageContent): string {
  if (content.type === "contact") return [content.name, content.phone].join(" ").trim();
  return content.text ?? "";
}

/** Something that has no form in amoCRM, by its name in the Bot API; `kind` is safe to be logged. */
export function unsupported(kind: string, holder: Fields, words?: string): MessageContent {
  const caption = textOf(holder, "caption", "caption_entities");
  const text = [caption, words ?? textsWithin(holder[kind])].filter(Boolean).join("\n");
  return { type: "unsupported", kind: plainKind(kind), ...present({ text: text || undefined }) };
}

function textOf(message: Fields, field: string, entities: string): string | undefined {
  const text = message[field];
  return typeof text === "string" && text !== "" ? renderText(text, message[entities]) : undefined;
}

function withCaption(read: (value: unknown) => Media | undefined): Render {
  return (value, message) => {
    const media = read(value);
    const text = textOf(message, "caption", "caption_entities");
    return media && { type: "media", media, ...present({ text }) };
  };
}

/** The emoji stands beside a moving sticker's picture, and for one without a picture. */
function sticker(value: unknown): MessageContent | undefined {
  const media = readSticker(value);
  const emoji = valueAt(value, "emoji");
  const text = typeof emoji === "string" && media?.kind === "picture" ? emoji : undefined;
  return media && { type: "media", media, ...present({ text }) };
}

function locationOf(value: unknown, text?: string): MessageContent | undefined {
  const latitude = valueAt(value, "latitude");
  const longitude = valueAt(value, "longitude");
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  const place = { latitude: Number(latitude), longitude: Number(longitude) };
  const live = valueAt(value, "live_period") === undefined ? undefined : ("begun" as const);
  return { type: "location", ...place, ...present({ text, live }) };
}

function venue(value: unknown): MessageContent | undefined {
  return locationOf(valueAt(value, "location"), linesOf(value, "title", "address") || undefined);
}

/** Whose number it is Telegram says by itself; what somebody forwards is shared by nobody. */
function contact(value: unknown, message: Fields): MessageContent | undefined {
  const phone = valueAt(value, "phone_number");
  if (!isObject(value) || typeof phone !== "string" || phone === "") return undefined;
  const named = {
    first_name: stringAt(value, "first_name"),
    last_name: stringAt(value, "last_name"),
  };
  const owner = valueAt(value, "user_id");
  const isOwn =
    owner !== undefined &&
    owner === valueAt(message, "from", "id") &&
    message["forward_origin"] === undefined;
  return {
    type: "contact",
    name: nameOf(named) ?? phone,
    phone,
    ...(isOwn ? { isOwn } : {}),
  };
}

function poll(value: unknown, message: Fields): MessageContent | undefined {
  const options = itemsOf(value, "options").map((option) => `○ ${stringAt(option, "text") ?? ""}`);
  const asked = linesOf(value, "question", "description");
  return unsupported("poll", message, [asked, ...options].filter(Boolean).join("\n"));
}

function checklist(value: unknown, message: Fields): MessageContent | undefined {
  const tasks = itemsOf(value, "tasks").map((task) => {
    const isDone = typeof valueAt(task, "completion_date") === "number";
    return `${isDone ? "☑" : "☐"} ${stringAt(task, "text") ?? ""}`;
  });
  const lines = [linesOf(value, "title"), ...tasks].filter(Boolean);
  return unsupported("checklist", message, lines.join("\n"));
}

function dice(value: unknown, message: Fields): MessageContent | undefined {
  const thrown = valueAt(value, "value");
  const words = [stringAt(value, "emoji"), typeof thrown === "number" ? String(thrown) : ""];
  return unsupported("dice", message, words.filter(Boolean).join(" "));
}

function webAppData(value: unknown, message: Fields): MessageContent | undefined {
  return unsupported("web_app_data", message, linesOf(value, "button_text", "data"));
}

function itemsOf(value: unknown, field: string): readonly unknown[] {
  const items = valueAt(value, field);
  return Array.isArray(items) ? items : [];
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

import type { Entity } from "../conversation/entities.ts";

/** A file of the Bot API, with the fields that the phone shows. */
export type ApiFile = {
  readonly file_id?: string;
  readonly file_name?: string;
  readonly file_size?: number;
  readonly mime_type?: string;
  readonly title?: string;
  readonly performer?: string;
  readonly emoji?: string;
  readonly is_animated?: boolean;
  readonly is_video?: boolean;
};

type Person = {
  readonly first_name?: string;
  readonly last_name?: string;
  readonly title?: string;
};

/**
 * The fields of a Bot API `Message` that the phone shows. Every program may send a message here, so each
 * field may be missing.
 * @see https://core.telegram.org/bots/api#message
 */
export type ApiMessage = {
  readonly date?: number;
  readonly edit_date?: number;
  readonly message_thread_id?: number;
  readonly is_topic_message?: boolean;
  readonly media_group_id?: string;
  readonly text?: string;
  readonly entities?: readonly Entity[];
  readonly caption?: string;
  readonly caption_entities?: readonly Entity[];
  readonly reply_to_message?: ApiMessage & { readonly message_id?: number };
  readonly quote?: { readonly text?: string };
  readonly forward_origin?: {
    readonly sender_user?: Person;
    readonly sender_user_name?: string;
    readonly chat?: Person;
    readonly sender_chat?: Person;
  };
  readonly rich_message?: { readonly blocks?: unknown };
  readonly photo?: readonly ApiFile[];
  readonly live_photo?: ApiFile;
  readonly video?: ApiFile;
  readonly animation?: ApiFile;
  readonly video_note?: ApiFile;
  readonly voice?: ApiFile;
  readonly audio?: ApiFile;
  readonly document?: ApiFile;
  readonly sticker?: ApiFile;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly venue?: { readonly title?: string; readonly address?: string };
  readonly contact?: Person & { readonly phone_number?: string };
  readonly poll?: {
    readonly question?: string;
    readonly options?: readonly { readonly text?: string }[];
  };
  readonly checklist?: {
    readonly title?: string;
    readonly tasks?: readonly { readonly text?: string; readonly completion_date?: number }[];
  };
  readonly dice?: { readonly emoji?: string; readonly value?: number };
};

/** The content fields with a look of their own. The first one in a message counts. */
const kinds = [
  "rich_message",
  "text",
  "live_photo",
  "photo",
  "video_note",
  "animation",
  "video",
  "voice",
  "audio",
  "document",
  "sticker",
  "venue",
  "location",
  "contact",
  "poll",
  "checklist",
  "dice",
] as const satisfies readonly (keyof ApiMessage)[];

const aboutMessage: ReadonlySet<string> = new Set(
  (
    "message_id from chat sender_chat date edit_date message_thread_id is_topic_message media_group_id " +
    "entities caption caption_entities reply_to_message external_reply quote forward_origin reply_markup " +
    "business_connection_id direct_messages_topic via_bot has_protected_content is_from_offline"
  ).split(" "),
);

/** The kind of a message: one with a look of its own, or the name of the field of any other. */
export type Kind =
  | { readonly known: (typeof kinds)[number] }
  | { readonly known?: undefined; readonly field: string };

/** The kind of a message, by its content field. */
export function kindOf(message: ApiMessage): Kind {
  const known = kinds.find((kind) => message[kind] !== undefined);
  if (known !== undefined) return { known };
  return { field: Object.keys(message).find((name) => !aboutMessage.has(name)) ?? "message" };
}

/** One line that names a message: its words, else its kind. */
export function lineOf(message: ApiMessage): string {
  const words = message.text ?? message.caption;
  if (words !== undefined && words !== "") return words;
  const kind = kindOf(message);
  const inner = kind.known === "rich_message" ? richWords(message.rich_message?.blocks, 0) : "";
  return inner === "" ? `[${kind.known ?? kind.field}]` : inner;
}

function richWords(value: unknown, depth: number): string {
  if (depth > 20) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    return value.map((each: unknown) => richWords(each, depth + 1)).join("");
  }
  if (typeof value !== "object" || value === null) return "";
  const { text, blocks } = value as { readonly text?: unknown; readonly blocks?: unknown };
  return richWords(text ?? blocks, depth + 1);
}

/** The full name of a person, or the title of a chat. */
export function nameOf({ first_name: first, last_name: last, title }: Person): string {
  return [first, last].filter(Boolean).join(" ") || (title ?? "");
}

/** The name of the author of a forwarded message. Undefined for one that is not forwarded. */
export function originOf({ forward_origin: origin }: ApiMessage): string | undefined {
  if (origin === undefined) return undefined;
  const person = origin.sender_user ?? origin.sender_chat ?? origin.chat;
  return origin.sender_user_name ?? (person === undefined ? "" : nameOf(person));
}

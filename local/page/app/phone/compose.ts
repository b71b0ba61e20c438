/** The longest text of one message. Telegram's apps send a longer one in several. */
const maxTextLength = 4096;

/** The texts of the messages in which a long text goes out. None ends within a character. */
export function textsOf(text: string): readonly string[] {
  const texts: string[] = [];
  let rest = text;
  while (rest.length > maxTextLength) {
    const isWithin = /[\uD800-\uDBFF]/.test(rest[maxTextLength - 1] ?? "");
    const length = isWithin ? maxTextLength - 1 : maxTextLength;
    texts.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...texts, rest];
}

/** A text as the fields of a `Message`. A command at its start gets its entity, as in Telegram's apps. */
export function textFields(text: string): Readonly<Record<string, unknown>> {
  const [command] = /^\/[A-Za-z0-9_@]+/.exec(text) ?? [];
  if (command === undefined) return { text };
  return { text, entities: [{ type: "bot_command", offset: 0, length: command.length }] };
}

/** A stored file, and what the page knows of it. */
export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly seconds?: number | undefined;
};

/** The form in which Telegram's apps send a file. */
export type FileForm = "photo" | "animation" | "video" | "voice" | "audio" | "sticker" | "document";

/** The form of a file by its type, where the person chose none. */
export function formOfType(type: string): FileForm {
  if (["image/jpeg", "image/png", "image/webp"].includes(type)) return "photo";
  if (type === "image/gif") return "animation";
  if (type === "video/mp4") return "video";
  return ["audio/mpeg", "audio/mp4", "audio/x-m4a"].includes(type) ? "audio" : "document";
}

/** A file as the field of a `Message`. */
export function fileFields(
  form: FileForm,
  { id, name, type, bytes, width = 0, height = 0, seconds = 0 }: StoredFile,
): Readonly<Record<string, unknown>> {
  const file = { file_id: id, file_unique_id: id, file_size: bytes };
  const named = { ...file, file_name: name, mime_type: type };
  const sides = { width, height };
  const duration = Math.round(seconds);
  switch (form) {
    case "photo":
      return { photo: [{ ...file, ...sides }] };
    case "animation": {
      const animation = { ...named, ...sides, duration };
      // Old programs read the same file as a document.
      return { animation, document: named };
    }
    case "video":
      return { video: { ...named, ...sides, duration } };
    case "voice":
      return { voice: { ...file, mime_type: "audio/ogg", duration } };
    case "audio":
      return { audio: { ...named, title: name.replace(/\.[^.]*$/, ""), duration } };
    case "sticker":
      return {
        sticker: {
          ...file,
          ...sides,
          type: "regular",
          is_animated: false,
          is_video: false,
          emoji: "👋",
        },
      };
    case "document":
      return { document: named };
  }
}

/** The number that a customer of the page shares: of a form that exists, of nobody. */
export function phoneOf(customerId: number): string {
  return `+7999${String(customerId).padStart(7, "0").slice(-7)}`;
}

import { isObject, valueAt } from "../../http/untrusted.ts";
import { renderText } from "./entities.ts";
import { holdsWords, isSilent } from "./wire.ts";
import { contentsIn } from "./media.ts";
import type { MessageContent } from "../../model/content.ts";
import { canBeSeen } from "../../model/visible-name.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where a kind of text leads, by the name of its field: spelled out unless the words say the same. */
const targets: Readonly<Record<string, string>> = {
  url: "url",
  email_address: "email_address",
  phone_number: "phone_number",
  bank_card_number: "bank_card_number",
  mention: "username",
  hashtag: "hashtag",
  cashtag: "cashtag",
  bot_command: "bot_command",
};
/** Kinds that say all in their `text`; what else they have names places within the message. */
const plain = new Set(
  `bold italic underline strikethrough spoiler subscript superscript marked code text_mention
  date_time anchor_link reference reference_link`.split(/\s+/),
);
/** Kinds without a text inside, by the field that stands for one. */
const wordless: Readonly<Record<string, string>> = {
  custom_emoji: "alternative_text",
  mathematical_expression: "expression",
};
/** Marks that say nothing new inside of themselves. */
const marks = new Set(["strikethrough", "spoiler", "code"]);

/** Whether a value is formatted text, wherever it stands. */
export function isRichText(value: unknown): boolean {
  if (Array.isArray(value)) {
    const parts: readonly unknown[] = value;
    return parts.some((part) => typeof part === "string") && parts.some(isMarked);
  }
  return isMarked(value);
}

function isMarked(value: unknown): boolean {
  const type = valueAt(value, "type");
  return typeof type === "string" && knownKinds.has(type);
}

const knownKinds = new Set([
  ...plain,
  ...Object.keys(targets),
  ...Object.keys(wordless),
  "anchor",
  "button",
]);

/**
 * A RichText as plain text, with the marks that the same words have in a text with entities. Files among
 * the words, which kinds of tomorrow may have, are kept for the page on which the words are written next.
 * @see https://core.telegram.org/bots/api#richtext
 */
export function richText(value: unknown, page: Pick<Page, "keepFor">): string {
  const { text, entities } = flat(value, page);
  return renderText(text, entities);
}

/** A button's label, and where it leads; what a press tells another bot is not for people. */
export function buttonText(button: unknown, page: Pick<Page, "keepFor">): string {
  return richText({ type: "button", button }, page);
}

/** Text and entities, as an ordinary message has them. */
function flat(
  value: unknown,
  page: Pick<Page, "keepFor">,
): { text: string; entities: readonly Fields[] } {
  const entities: Fields[] = [];
  const open = new Set<string>();
  let text = "";

  const look = (found: unknown, name = ""): readonly Step[] => {
    if (typeof found === "string" || typeof found === "number") text += String(found);
    if (Array.isArray(found)) return found.map((part: unknown) => () => look(part, name));
    return isObject(found) ? node(found, name) : nothing;
  };
  /** The inner part, and an entity over all that it says; an outer one is told before an inner one. */
  const over = (inner: unknown, entity: Fields): readonly Step[] => {
    const offset = text.length;
    const type = String(entity["type"]);
    if (marks.has(type) && open.has(type)) return [() => look(inner)];
    open.add(type);
    const place = entities.push(entity) - 1;
    const close = () => {
      open.delete(type);
      const target = entity["url"] ?? valueAt(entity["user"], "username");
      const length = text.length - offset;
      entities[place] = { ...entity, offset, length };
      // A target without words stands alone.
      if (length === 0 && typeof target === "string") text += target;
      return nothing;
    };
    return [() => look(inner), close];
  };
  const node = (found: Fields, name: string): readonly Step[] => {
    const { type, text: inner, ...others } = found;
    const kind = typeof type === "string" ? type : "";
    if (kind === "anchor") return nothing;
    if (kind === "button") return button(found["button"]);
    const words = wordless[kind];
    if (words !== undefined) return look(found[words]);
    const target = targets[kind];
    if (target !== undefined) {
      const place = found[target];
      const url = kind === "mention" && typeof place === "string" ? atSign(place) : place;
      return over(inner, { type: kind, url });
    }
    if (plain.has(kind)) return over(inner, { ...others, url: undefined, type: kind });
    // A kind of tomorrow, or none: its text, then whatever else it has to say.
    const { url, ...more } = others;
    const isFile = keep(found, name === "" ? kind : name);
    const rest = Object.entries(more).filter(
      ([field, part]) => !isSilent(field, false) && (!isFile || typeof part === "string"),
    );
    return [
      ...over(inner, { type: kind, url }),
      ...rest.map(
        ([field, part]) =>
          () =>
            aside(part, field),
      ),
    ];
  };
  const keep = (found: unknown, name: string): boolean => {
    const contents = contentsIn(found, name);
    for (const content of contents) page.keepFor(content);
    return contents.length > 0;
  };
  const aside = (part: unknown, name: string): readonly Step[] => {
    if (typeof part === "string") {
      if (holdsWords(name)) text += ` (${part})`;
    } else if (Array.isArray(part) || isObject(part)) {
      // The sizes of a photo are one file.
      if (Array.isArray(part) && keep(part, name)) return nothing;
      const parts: readonly unknown[] = Array.isArray(part) ? part : [part];
      return parts.map((each) => () => {
        text += text === "" ? "" : " ";
        return look(each, name);
      });
    }
    return nothing;
  };
  const button = (found: unknown): readonly Step[] => {
    const leadsTo = [
      valueAt(found, "url"),
      valueAt(found, "web_app", "url"),
      valueAt(found, "login_url", "url"),
      valueAt(found, "copy_text", "text"),
    ].find((target) => typeof target === "string");
    return over(valueAt(found, "text"), { type: "button", url: leadsTo });
  };

  walk([() => look(value)]);
  return { text, entities };
}

function atSign(username: string): string {
  return username.startsWith("@") ? username : `@${username}`;
}

/** A step of a walk; it answers the steps that follow it before all others. */
export type Step = () => readonly Step[];

/** Nothing follows. */
export const nothing: readonly Step[] = [];

/** Walks without the call stack: what strangers send may be nested a hundred thousand levels deep. */
export function walk(first: readonly Step[]): void {
  const stack: Step[] = [];
  const push = (steps: readonly Step[]) => {
    for (let at = steps.length - 1; at >= 0; at -= 1) {
      const step = steps[at];
      if (step !== undefined) stack.push(step);
    }
  };
  push(first);
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) push(step());
}

/** Telegram has 16 levels. Deeper ones are written as the last one, or the margins would outgrow the words. */
const maxLevels = 32;

/** Where on a page something stands: what every line begins with, and a label before the first. */
export class Place {
  readonly #margin: string;
  readonly #level: number;
  readonly #parent: Place | undefined;
  #label: string | undefined;

  constructor(margin = "", level = 0, parent?: Place, label?: string) {
    this.#margin = margin;
    this.#level = level;
    this.#parent = parent;
    this.#label = label;
  }

  /** A level further in. The label goes before its first line, where this place begins. */
  inside(mark: string, label?: string): Place {
    const isDeep = this.#level >= maxLevels;
    const margin = isDeep ? this.#margin : this.#margin + mark;
    return new Place(margin, this.#level + 1, label === undefined ? undefined : this, label);
  }

  /** A line here on which nothing is written. */
  blankLine(): string {
    return this.#margin.trimEnd();
  }

  /** The beginning of the next line. */
  lineStart(): string {
    const label = this.takeLabel();
    return label === undefined ? this.#margin : `${label} `;
  }

  /** The label that no line has had yet, with its margin; it is given once. */
  takeLabel(): string | undefined {
    if (this.#label === undefined) return undefined;
    const start = `${this.#parent?.lineStart() ?? ""}${this.#label}`;
    this.#label = undefined;
    return start;
  }
}

/** What a walk finds, in its order: lines of text, and between them files and places. */
export class Page {
  readonly #contents: MessageContent[] = [];
  #lines: string[] = [];
  #amongWords: MessageContent[] = [];

  /** Words on lines of their own, which they may break themselves; then what stood among them. */
  write(words: string, place: Place): void {
    const lines = canBeSeen(words) ? trimmed(words).split("\n") : [];
    for (const line of lines) this.#lines.push(`${place.lineStart()}${line}`);
    const files = this.#amongWords;
    this.#amongWords = [];
    for (const file of files) this.put(file, place);
  }

  /** A file among words that are written next. */
  keepFor(content: MessageContent): void {
    this.#amongWords.push(content);
  }

  /** A blank line, unless nothing stands above it; within a quotation it is a line of that. */
  skipLine(place: Place): void {
    const last = this.#lines.at(-1);
    if (last === undefined) return;
    const blank = last.startsWith(place.blankLine()) ? place.blankLine() : "";
    if (last !== blank) this.#lines.push(blank);
  }

  /** A label whose lines follow a level further in, or which has none. */
  writeLabel(place: Place): void {
    const label = place.takeLabel();
    if (label !== undefined) this.#lines.push(label);
  }

  put(content: MessageContent, place: Place): void {
    const label = place.takeLabel();
    // A bullet alone would be a message that says nothing.
    if (label !== undefined && /[\p{L}\p{N}☑☐]/u.test(label)) this.#lines.push(label);
    this.#endText();
    this.#contents.push(content);
  }

  /** All of it; no text is empty, or of characters alone that nobody sees. */
  contents(): readonly MessageContent[] {
    this.#endText();
    return this.#contents;
  }

  #endText(): void {
    const text = trimmed(this.#lines.join("\n"));
    this.#lines = [];
    if (canBeSeen(text)) this.#contents.push({ type: "text", text });
  }
}

/** Without blank lines around it. No pattern does that in one go: it would try again at every blank. */
function trimmed(text: string): string {
  return text.replace(/^\n+/, "").trimEnd();
}

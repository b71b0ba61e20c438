import { isObject, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { renderText } from "./entities.ts";
import { holdsWords, isSilent } from "./wire.ts";
import { contentsIn } from "./media.ts";
import type { MessageContent } from "../../model/content.ts";
import { canBeSeen } from "../../model/visible-name.ts";

/** The field that holds a kind's target. The result spells out the target unless the words say the same. */
const targets: ReadonlyMap<string, string> = new Map([
  ["mention", "username"],
  ...`url email_address phone_number bank_card_number hashtag cashtag bot_command`
    .split(" ")
    .map((kind): [string, string] => [kind, kind]),
]);
/** Kinds that say everything in their `text`. Their other fields name places within the message. */
const plain = new Set(
  `bold italic underline strikethrough spoiler subscript superscript marked code text_mention
  date_time anchor_link reference reference_link`.split(/\s+/),
);
/** Kinds without an inner text, with the field that replaces it. */
const wordless: Readonly<Record<string, string>> = {
  custom_emoji: "alternative_text",
  mathematical_expression: "expression",
};
/** Marks that add nothing inside the same mark. */
const marks = new Set(["strikethrough", "spoiler", "code"]);

/** True for formatted text, in any field. */
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
  ...targets.keys(),
  ...Object.keys(wordless),
  "anchor",
  "button",
]);

/**
 * A RichText as plain text, with the marks that the same words have in a text with entities. Future kinds
 * may have files among the words. The page keeps such files until it writes the words.
 * @see https://core.telegram.org/bots/api#richtext
 */
export function richText(value: unknown, page: Pick<Page, "keepFor">): string {
  const { text, entities } = flat(value, page);
  return renderText(text, entities);
}

/** A button's label and link, without the data that a press sends to another bot. */
export function buttonText(button: unknown, page: Pick<Page, "keepFor">): string {
  return richText({ type: "button", button }, page);
}

/** Text and entities, in the form of an ordinary message. */
function flat(
  value: unknown,
  page: Pick<Page, "keepFor">,
): { text: string; entities: readonly Fields[] } {
  const entities: Fields[] = [];
  const open = new Set<string>();
  let text = "";

  const stepsOf = (found: unknown, name = ""): readonly Step[] => {
    if (typeof found === "string" || typeof found === "number") text += String(found);
    if (Array.isArray(found)) return found.map((part: unknown) => () => stepsOf(part, name));
    return isObject(found) ? node(found, name) : nothing;
  };
  /** The inner part, and an entity over all its text. An outer entity precedes an inner one. */
  const over = (inner: unknown, entity: Fields): readonly Step[] => {
    const offset = text.length;
    const type = String(entity["type"]);
    if (marks.has(type) && open.has(type)) return [() => stepsOf(inner)];
    open.add(type);
    const place = entities.push(entity) - 1;
    const close = () => {
      open.delete(type);
      const target = entity["url"] ?? valueAt(entity["user"], "username");
      const length = text.length - offset;
      entities[place] = { ...entity, offset, length };
      // A target without words becomes the text.
      if (length === 0 && typeof target === "string") text += target;
      return nothing;
    };
    return [() => stepsOf(inner), close];
  };
  const node = (found: Fields, name: string): readonly Step[] => {
    const { type, text: inner, ...others } = found;
    const kind = typeof type === "string" ? type : "";
    if (kind === "anchor") return nothing;
    if (kind === "button") return button(found["button"]);
    const words = wordless[kind];
    if (words !== undefined) return stepsOf(found[words]);
    const target = targets.get(kind);
    if (target !== undefined) {
      const place = found[target];
      const url = kind === "mention" && typeof place === "string" ? atSign(place) : place;
      return over(inner, { type: kind, url });
    }
    if (plain.has(kind)) return over(inner, { ...others, url: undefined, type: kind });
    // A future kind, or a value without a kind: its text, then its other fields.
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
        return stepsOf(each, name);
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

  walk([() => stepsOf(value)]);
  return { text, entities };
}

function atSign(username: string): string {
  return username.startsWith("@") ? username : `@${username}`;
}

/** A step of a walk. It returns the steps that the walk takes next, before all others. */
export type Step = () => readonly Step[];

/** No further steps. */
export const nothing: readonly Step[] = [];

/** Walks without the call stack: a stranger's value may be a hundred thousand levels deep. */
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

/** Telegram has 16 levels. With more margins than these, the margins would be larger than the words. */
const maxLevels = 32;

/** A place on a page: the start of every line, and a label before the first line. */
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

  /** A place one level further in. The label goes before its first line, at the margin of this place. */
  inside(mark: string, label?: string): Place {
    const isDeep = this.#level >= maxLevels;
    const margin = isDeep ? this.#margin : this.#margin + mark;
    return new Place(margin, this.#level + 1, label === undefined ? undefined : this, label);
  }

  /** An empty line at this place. */
  blankLine(): string {
    return this.#margin.trimEnd();
  }

  /** The start of the next line. */
  lineStart(): string {
    const label = this.takeLabel();
    return label === undefined ? this.#margin : `${label} `;
  }

  /** The label with its margin, if no line has had it yet. The place gives it once. */
  takeLabel(): string | undefined {
    if (this.#label === undefined) return undefined;
    const start = `${this.#parent?.lineStart() ?? ""}${this.#label}`;
    this.#label = undefined;
    return start;
  }
}

/** The result of a walk, in order: lines of text, and between them files and places. */
export class Page {
  readonly #contents: MessageContent[] = [];
  #lines: string[] = [];
  #amongWords: MessageContent[] = [];

  /** Writes words, which may have line breaks, on lines of their own, then the files among these words. */
  write(words: string, place: Place): void {
    const lines = canBeSeen(words) ? trimmed(words).split("\n") : [];
    for (const line of lines) this.#lines.push(`${place.lineStart()}${line}`);
    const files = this.#amongWords;
    this.#amongWords = [];
    for (const file of files) this.put(file, place);
  }

  /** Keeps a file that stands among the words of the next `write`. */
  keepFor(content: MessageContent): void {
    this.#amongWords.push(content);
  }

  /** A blank line, unless nothing stands above it. Within a quotation the line has the quotation's mark. */
  skipLine(place: Place): void {
    const last = this.#lines.at(-1);
    if (last === undefined) return;
    const blank = last.startsWith(place.blankLine()) ? place.blankLine() : "";
    if (last !== blank) this.#lines.push(blank);
  }

  /** Writes a label on its own line. The item's lines follow one level further in, or there are none. */
  writeLabel(place: Place): void {
    const label = place.takeLabel();
    if (label !== undefined) this.#lines.push(label);
  }

  put(content: MessageContent, place: Place): void {
    const label = place.takeLabel();
    // A bullet alone would make a message that says nothing.
    if (label !== undefined && /[\p{L}\p{N}☑☐]/u.test(label)) this.#lines.push(label);
    this.#endText();
    this.#contents.push(content);
  }

  /** All contents. Every text has characters that a person can see. */
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

/** Removes blank lines at both ends, in two steps. One pattern for both would start again at every blank. */
function trimmed(text: string): string {
  return text.replace(/^\n+/, "").trimEnd();
}

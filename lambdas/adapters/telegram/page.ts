import type { MessageContent } from "../../model/content.ts";
import { canBeSeen } from "../../model/visible-name.ts";

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

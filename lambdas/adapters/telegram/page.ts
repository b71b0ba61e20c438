import type { MessageContent } from "../../model/content.ts";
import { visibleName } from "../../model/visible-name.ts";

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

  /** Words on lines of their own, which they may break themselves. */
  write(words: string, place: Place): void {
    const trimmed = words.replace(/^\n+|\s+$/g, "");
    if (trimmed === "") return;
    for (const line of trimmed.split("\n")) this.#lines.push(`${place.lineStart()}${line}`);
  }

  /** A blank line, unless nothing stands above it. */
  skipLine(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
  }

  /** A label whose lines follow a level further in, or which has none. */
  writeLabel(place: Place): void {
    const label = place.takeLabel();
    if (label !== undefined) this.#lines.push(label);
  }

  put(content: MessageContent, place: Place): void {
    this.writeLabel(place);
    this.#endText();
    this.#contents.push(content);
  }

  /** All of it; no text is empty, or of characters alone that nobody sees. */
  contents(): readonly MessageContent[] {
    this.#endText();
    return this.#contents;
  }

  #endText(): void {
    const text = this.#lines.join("\n").replace(/^\n+|\s+$/g, "");
    this.#lines = [];
    if (visibleName(text) !== undefined) this.#contents.push({ type: "text", text });
  }
}

import type { PieceForm, ShownPieces } from "../../ports/shown-pieces.ts";

/** The pieces of messages, in memory; for tests and simulation. */
export class MemoryShownPieces implements ShownPieces {
  readonly #edits = new Map<string, string>();
  readonly #pieces = new Map<string, Map<number, PieceForm>>();

  async remember(msgid: string, number: number, form: PieceForm): Promise<void> {
    const known = this.#pieces.get(msgid) ?? new Map<number, PieceForm>();
    this.#pieces.set(msgid, known.set(number, form));
  }

  async rememberEdit(msgid: string, number: number, words: string): Promise<void> {
    this.#edits.set(`${msgid}.${number}`, words);
  }

  async isLastEdit(msgid: string, number: number, words: string): Promise<boolean> {
    return this.#edits.get(`${msgid}.${number}`) === words;
  }

  async of(msgid: string): Promise<ReadonlyMap<number, PieceForm>> {
    return new Map(this.#pieces.get(msgid));
  }
}

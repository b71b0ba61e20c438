import type { CrmContent } from "./crm-chat.ts";

/** What a piece is in the CRM, whose edits never change that. */
export type PieceForm = Exclude<CrmContent["type"], "emptied">;

/**
 * Remembers the pieces of messages that are more than one message in the CRM, so that an edit knows what
 * is there. Of a first piece that is a text nothing is kept: it has the message's own name.
 */
export interface ShownPieces {
  /** Remembers that a piece is there; twice is as good as once. */
  remember(msgid: string, number: number, form: PieceForm, nowMillis: number): Promise<void>;
  /** Remembers the words of an edit that stands as a message of its own; of a piece the last such. */
  rememberEdit(msgid: string, number: number, words: string, nowMillis: number): Promise<void>;
  /** Whether these are the words that such an edit of a piece has said last. */
  isLastEdit(msgid: string, number: number, words: string): Promise<boolean>;
  /** The pieces that are there, by number; the first only where it is no text. */
  of(msgid: string): Promise<ReadonlyMap<number, PieceForm>>;
}

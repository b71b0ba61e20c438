import { createHash } from "node:crypto";
import { ledgerDays } from "../../model/ledger.ts";
import type { PieceForm, ShownPieces } from "../../ports/shown-pieces.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const forms: ReadonlySet<unknown> = new Set<PieceForm>([
  "text",
  "picture",
  "video",
  "voice",
  "audio",
  "file",
  "sticker",
  "location",
  "contact",
]);

/** The pieces of messages, an item of the deliveries table a message and a field a piece. */
export class DynamoShownPieces implements ShownPieces {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async remember(msgid: string, number: number, form: PieceForm, nowMillis: number): Promise<void> {
    await this.#set(msgid, `piece${number}`, form, nowMillis);
  }

  /** Of the words their hash alone. */
  async rememberEdit(
    msgid: string,
    number: number,
    words: string,
    nowMillis: number,
  ): Promise<void> {
    await this.#set(msgid, `edit${number}`, hashOf(words), nowMillis);
  }

  async isLastEdit(msgid: string, number: number, words: string): Promise<boolean> {
    const item = await this.#deliveries.get(piecesKey(msgid));
    return item?.[`edit${number}`] === hashOf(words);
  }

  async of(msgid: string): Promise<ReadonlyMap<number, PieceForm>> {
    const item = (await this.#deliveries.get(piecesKey(msgid))) ?? {};
    const pieces = Object.entries(item).flatMap(([field, form]) => {
      const [, number] = /^piece([0-9]+)$/.exec(field) ?? [];
      return number !== undefined && isForm(form) ? [[Number(number), form] as const] : [];
    });
    return new Map(pieces);
  }

  async #set(msgid: string, field: string, value: string, nowMillis: number): Promise<void> {
    const expiresAt = Math.floor(nowMillis / 1000) + ledgerDays * 86_400;
    await this.#deliveries.update(piecesKey(msgid), { set: { [field]: value, expiresAt } });
  }
}

function hashOf(words: string): string {
  return createHash("sha256").update(words).digest("base64url");
}

function piecesKey(msgid: string): string {
  return `pieces:${msgid}`;
}

function isForm(value: unknown): value is PieceForm {
  return forms.has(value);
}

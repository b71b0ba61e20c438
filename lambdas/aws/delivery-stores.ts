import { createHash } from "node:crypto";
import { contactMarkMillis } from "../model/conversation.ts";
import type { PauseName, LimitSign } from "../model/conversation.ts";
import type {
  ContactMarks,
  EchoMemory,
  FailedAttempts,
  PieceForm,
  ShownPieces,
  Exchange,
  Transcript,
  PauseStore,
  StoredPause,
} from "../model/stores.ts";
import type { DynamoTable } from "./table.ts";
import type { Direction } from "../model/envelope.ts";
import { failedAttemptId, ledgerDays } from "../model/ledger.ts";
import type { FailedAttempt } from "../model/ledger.ts";
import { plainId } from "../http/untrusted.ts";
import * as z from "zod/mini";
import type { CrmHealth } from "../model/crm.ts";

/** Marks in the deliveries table, one item per name. The item has only a hash of the name. */
export class DynamoContactMarks implements ContactMarks {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async mark(name: string, conversationId: string, nowMillis: number): Promise<void> {
    const key = markKey(name);
    const untilMillis = nowMillis + contactMarkMillis;
    const until = { untilMillis, expiresAt: Math.ceil(untilMillis / 1000) };
    const isAlone = await this.#deliveries.update(key, {
      set: { conversationId, sinceMillis: nowMillis, isShared: false, ...until },
      condition: "attribute_not_exists(#untilMillis) OR #untilMillis < :now",
      where: { now: nowMillis },
    });
    if (isAlone) return;
    const isOwn = await this.#deliveries.update(key, {
      set: until,
      condition: "#conversationId = :own",
      where: { own: conversationId },
    });
    if (!isOwn) await this.#deliveries.update(key, { set: { isShared: true, ...until } });
  }

  async aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined> {
    const mark = await this.#deliveries.get(markKey(name));
    const isAlone = mark?.["conversationId"] === conversationId && mark["isShared"] === false;
    return isAlone ? Number(mark["sinceMillis"]) : undefined;
  }
}

function markKey(name: string): string {
  return `contact-name:${createHash("sha256").update(name).digest("base64url")}`;
}

/** The bridge's own words in amoCRM, as items of the deliveries table with keys of their own. */
export class DynamoEchoMemory implements EchoMemory {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async remember(amocrmMessageId: string, nowMillis: number): Promise<void> {
    const expiresAt = Math.floor(nowMillis / 1000) + ledgerDays * 86_400;
    await this.#deliveries.put(echoKey(amocrmMessageId), { expiresAt });
  }

  async has(amocrmMessageId: string): Promise<boolean> {
    return (await this.#deliveries.get(echoKey(amocrmMessageId))) !== undefined;
  }
}

/** amoCRM's ids come from outside. An id that is longer than a key may be goes by its SHA-256. */
function echoKey(amocrmMessageId: string): string {
  return `echo:${plainId(amocrmMessageId)}`;
}

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

/** The pieces of messages: one item of the deliveries table per message, one field per piece. */
export class DynamoShownPieces implements ShownPieces {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async remember(msgid: string, number: number, form: PieceForm, nowMillis: number): Promise<void> {
    await this.#set(msgid, `piece${number}`, form, nowMillis);
  }

  /** It keeps only the hash of the words. */
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

const keptSeconds = 2 * 86_400;
const item = z.looseObject({ exchange: z.string(), expiresAt: z.int() });

/**
 * Transcripts in DynamoDB, one item per message. A read goes by the item's key, so it finds also a very
 * new item.
 */
export class DynamoTranscript implements Transcript {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  async put(
    conversationId: string,
    number: number,
    exchange: Exchange,
    nowMillis: number,
  ): Promise<void> {
    await this.#table.put(exchangeKey(conversationId, number), {
      exchange: JSON.stringify(exchange),
      expiresAt: Math.floor(nowMillis / 1000) + keptSeconds,
    });
  }

  async get(conversationId: string, numbers: readonly number[]): Promise<readonly Exchange[]> {
    const found: Exchange[] = [];
    for (const number of numbers) {
      const stored = z.safeParse(item, await this.#table.get(exchangeKey(conversationId, number)));
      if (stored.success) found.push(JSON.parse(stored.data.exchange) as Exchange);
    }
    return found;
  }
}

function exchangeKey(conversationId: string, number: number): string {
  return `transcript:${conversationId}:${number}`;
}

const record = z.looseObject({
  untilMillis: z.int(),
  signs: z.array(z.string()),
  version: z.int(),
});

/**
 * Pauses in the deliveries table, one item each. `load` is an eventually consistent read, for half the
 * price. The pause may be some milliseconds old. The caller trusts it for a second anyway, and `save`
 * refuses a change of an old one.
 */
export class DynamoPauseStore implements PauseStore {
  readonly #deliveries: DynamoTable;
  /**
   * Pauses whose change the table refused. The next read of them must be consistent, to find the change
   * that won.
   */
  readonly #changedElsewhere = new Set<PauseName>();

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async load(name: PauseName): Promise<StoredPause> {
    const item = await this.#deliveries.get(pauseKey(name), {
      mayBeOld: !this.#changedElsewhere.delete(name),
    });
    if (item === undefined) {
      return { pause: { name, untilMillis: 0, signs: [] }, version: 0 };
    }
    const { untilMillis, signs, version } = z.parse(record, item);
    return { pause: { name, untilMillis, signs: signs.map(readStrike) }, version };
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    const fields = {
      untilMillis: pause.untilMillis,
      signs: pause.signs.map(({ kind, atMillis, group }) => `${kind} ${atMillis} ${group}`),
      version: version + 1,
    };
    const isSaved = await this.#deliveries.put(
      pauseKey(pause.name),
      fields,
      version === 0
        ? { condition: "attribute_not_exists(#version)" }
        : { condition: "#version = :seen", where: { seen: version } },
    );
    if (!isSaved) this.#changedElsewhere.add(pause.name);
    return isSaved;
  }
}

function pauseKey(name: PauseName): string {
  return `pause:${name}`;
}

function readStrike(text: string): LimitSign {
  const [kind = "", atMillis = "0", group = ""] = text.split(" ");
  return { kind: kind === "limit" ? "limit" : "timeout", atMillis: Number(atMillis), group };
}

const sameEveryMillis = 10_000;

/**
 * One item per direction in the deliveries table. It is written on failures only, and a sandbox writes
 * the same reason at most every ten seconds: in an outage every attempt fails.
 */
export class DynamoFailedAttempts implements FailedAttempts {
  readonly #deliveries: DynamoTable;
  readonly #noted = new Map<Direction, FailedAttempt>();

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async note(direction: Direction, failed: FailedAttempt): Promise<void> {
    const { atMillis, reason } = failed;
    const last = this.#noted.get(direction);
    if (last?.reason === reason && atMillis - last.atMillis < sameEveryMillis) return;
    this.#noted.set(direction, failed);
    const expiresAt = Math.floor(atMillis / 1000) + ledgerDays * 86_400;
    await this.#deliveries.put(failedAttemptId(direction), { ...failed, expiresAt });
  }
}

const key = "health:amocrm";
const noteEveryMillis = 60_000;

/** The health of amoCRM, as one item of the deliveries table. */
export class DynamoCrmHealth implements CrmHealth {
  readonly #deliveries: DynamoTable;
  #notedAtMillis = Number.NEGATIVE_INFINITY;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async noteSuccess(nowMillis: number): Promise<void> {
    if (nowMillis - this.#notedAtMillis < noteEveryMillis) return;
    this.#notedAtMillis = nowMillis;
    await this.#deliveries.put(key, { atMillis: nowMillis });
  }

  async lastSuccessAtMillis(): Promise<number | undefined> {
    const atMillis = (await this.#deliveries.get(key))?.["atMillis"];
    return typeof atMillis === "number" ? atMillis : undefined;
  }
}

import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { plainId } from "../http/untrusted.ts";
import { contactMarkMillis } from "../model/conversation.ts";
import type { LimitSign, PauseName } from "../model/conversation.ts";
import type { CrmHealth } from "../model/crm.ts";
import type { Direction } from "../model/envelope.ts";
import { failedAttemptId, ledgerDays } from "../model/ledger.ts";
import type { FailedAttempt } from "../model/ledger.ts";
import type {
  ContactMarks,
  EchoMemory,
  Exchange,
  FailedAttempts,
  PauseStore,
  PieceForm,
  ShownPieces,
  Transcript,
  WaitList,
} from "../model/stores.ts";
import { expiryOf } from "./ledger.ts";
import type { DynamoTable } from "./table.ts";

// The sender's smaller stores: items of the deliveries table with keys of their own.

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Marks, one item per name. The item has only a hash of the name. */
export function dynamoContactMarks(deliveries: DynamoTable): ContactMarks {
  const keyOf = (name: string) => `contact-name:${hashOf(name)}`;
  return {
    async mark(name, conversationId, nowMillis) {
      const key = keyOf(name);
      const untilMillis = nowMillis + contactMarkMillis;
      const until = { untilMillis, expiresAt: Math.ceil(untilMillis / 1000) };
      const isAlone = await deliveries.update(key, {
        set: { conversationId, sinceMillis: nowMillis, isShared: false, ...until },
        condition: "attribute_not_exists(#untilMillis) OR #untilMillis < :now",
        where: { now: nowMillis },
      });
      if (isAlone) return;
      const isOwn = await deliveries.update(key, {
        set: until,
        condition: "#conversationId = :own",
        where: { own: conversationId },
      });
      if (!isOwn) await deliveries.update(key, { set: { isShared: true, ...until } });
    },
    async aloneSinceMillis(name, conversationId) {
      const mark = await deliveries.get(keyOf(name));
      const isAlone = mark?.["conversationId"] === conversationId && mark["isShared"] === false;
      return isAlone ? Number(mark["sinceMillis"]) : undefined;
    },
  };
}

/** The bridge's own words in amoCRM, one item per message. */
export function dynamoEchoMemory(deliveries: DynamoTable): EchoMemory {
  // amoCRM's ids come from outside. An id that is longer than a key may be goes by its SHA-256.
  const keyOf = (amocrmMessageId: string) => `echo:${plainId(amocrmMessageId)}`;
  return {
    async remember(amocrmMessageId, nowMillis) {
      await deliveries.put(keyOf(amocrmMessageId), { expiresAt: expiryOf(nowMillis) });
    },
    async has(amocrmMessageId) {
      return (await deliveries.get(keyOf(amocrmMessageId))) !== undefined;
    },
  };
}

const pieceForm = z.enum([
  "text",
  "picture",
  "video",
  "voice",
  "audio",
  "file",
  "sticker",
  "location",
  "contact",
] satisfies PieceForm[]);

/** The pieces of messages: one item per message, one field per piece. Of an edit, only a hash of its words. */
export function dynamoShownPieces(deliveries: DynamoTable): ShownPieces {
  const keyOf = (msgid: string) => `pieces:${msgid}`;
  const set = async (msgid: string, field: string, value: string, nowMillis: number) => {
    const expiresAt = expiryOf(nowMillis);
    await deliveries.update(keyOf(msgid), { set: { [field]: value, expiresAt } });
  };
  return {
    remember: (msgid, number, form, nowMillis) => set(msgid, `piece${number}`, form, nowMillis),
    rememberEdit: (msgid, number, words, nowMillis) =>
      set(msgid, `edit${number}`, hashOf(words), nowMillis),
    async isLastEdit(msgid, number, words) {
      const item = await deliveries.get(keyOf(msgid));
      return item?.[`edit${number}`] === hashOf(words);
    },
    async of(msgid) {
      const item = (await deliveries.get(keyOf(msgid))) ?? {};
      const pieces = Object.entries(item).flatMap(([field, value]) => {
        const [, number] = /^piece([0-9]+)$/.exec(field) ?? [];
        const form = z.safeParse(pieceForm, value).data;
        return number === undefined || form === undefined ? [] : [[Number(number), form] as const];
      });
      return new Map(pieces);
    },
  };
}

const keptDays = 2;
const storedExchange = z.looseObject({ exchange: z.string(), expiresAt: z.int() });

/** Transcripts, one item per message. A read goes by the item's key, so it finds also a very new item. */
export function dynamoTranscript(deliveries: DynamoTable): Transcript {
  const keyOf = (conversationId: string, number: number) =>
    `transcript:${conversationId}:${number}`;
  return {
    async put(conversationId, number, exchange, nowMillis) {
      await deliveries.put(keyOf(conversationId, number), {
        exchange: JSON.stringify(exchange),
        expiresAt: expiryOf(nowMillis, keptDays),
      });
    },
    async get(conversationId, numbers) {
      const found: Exchange[] = [];
      for (const number of numbers) {
        const item = await deliveries.get(keyOf(conversationId, number));
        const stored = z.safeParse(storedExchange, item);
        if (stored.success) found.push(JSON.parse(stored.data.exchange) as Exchange);
      }
      return found;
    },
  };
}

const storedPause = z.looseObject({
  untilMillis: z.int(),
  signs: z.array(z.string()),
  version: z.int(),
});

/**
 * Pauses, one item each. `load` is an eventually consistent read, for half the price. The pause may be
 * some milliseconds old. The caller trusts it for a second anyway, and `save` refuses a change of an old
 * one.
 */
export function dynamoPauseStore(deliveries: DynamoTable): PauseStore {
  /**
   * Pauses whose change the table refused. The next read of them must be consistent, to find the change
   * that won.
   */
  const changedElsewhere = new Set<PauseName>();
  return {
    async load(name) {
      const mayBeOld = !changedElsewhere.delete(name);
      const item = await deliveries.get(`pause:${name}`, { mayBeOld });
      if (item === undefined) return { pause: { name, untilMillis: 0, signs: [] }, version: 0 };
      const { untilMillis, signs, version } = z.parse(storedPause, item);
      return { pause: { name, untilMillis, signs: signs.map(signIn) }, version };
    },
    async save({ pause: { name, untilMillis, signs }, version }) {
      const fields = {
        untilMillis,
        signs: signs.map(({ kind, atMillis, group }) => `${kind} ${atMillis} ${group}`),
        version: version + 1,
      };
      const unchanged =
        version === 0
          ? { condition: "attribute_not_exists(#version)" }
          : { condition: "#version = :seen", where: { seen: version } };
      const isSaved = await deliveries.put(`pause:${name}`, fields, unchanged);
      if (!isSaved) changedElsewhere.add(name);
      return isSaved;
    },
  };
}

function signIn(text: string): LimitSign {
  const [kind = "", atMillis = "0", group = ""] = text.split(" ");
  return { kind: kind === "limit" ? "limit" : "timeout", atMillis: Number(atMillis), group };
}

const sameEveryMillis = 10_000;

/**
 * One item per direction. It is written on failures only, and a sandbox writes the same reason at most
 * every ten seconds: in an outage every attempt fails.
 */
export function dynamoFailedAttempts(deliveries: DynamoTable): FailedAttempts {
  const noted = new Map<Direction, FailedAttempt>();
  return {
    async note(direction, failed) {
      const { atMillis, reason } = failed;
      const last = noted.get(direction);
      if (last?.reason === reason && atMillis - last.atMillis < sameEveryMillis) return;
      noted.set(direction, failed);
      const expiresAt = expiryOf(atMillis);
      await deliveries.put(failedAttemptId(direction), { ...failed, expiresAt });
    },
  };
}

const healthKey = "health:amocrm";
const noteEveryMillis = 60_000;

/** The health of amoCRM, as one item. A sandbox writes it at most once a minute. */
export function dynamoCrmHealth(deliveries: DynamoTable): CrmHealth {
  let notedAtMillis = Number.NEGATIVE_INFINITY;
  return {
    async noteSuccess(nowMillis) {
      if (nowMillis - notedAtMillis < noteEveryMillis) return;
      notedAtMillis = nowMillis;
      await deliveries.put(healthKey, { atMillis: nowMillis });
    },
    async lastSuccessAtMillis() {
      const atMillis = (await deliveries.get(healthKey))?.["atMillis"];
      return typeof atMillis === "number" ? atMillis : undefined;
    },
  };
}

/** The value of `parkedAs` under which the index of parked events lists the waits. */
export const waitsListed = "waiting";
/** The sort key of that index. For a wait it holds the time when the wait is due. */
export const waitDueKey = "receivedAtMillis";

export const waitKeyOf = (conversationId: string) => `wait:${conversationId}`;
export const ofThisWait = (sinceMillis: number) => ({
  condition: "#sinceMillis = :since",
  where: { since: sinceMillis },
});

/** The list of waits: one item of the deliveries table for each customer who waits. */
export function dynamoWaitList(deliveries: DynamoTable): WaitList {
  return {
    async put({ conversationId, sinceMillis }, dueAtMillis) {
      await deliveries.put(waitKeyOf(conversationId), {
        conversationId,
        sinceMillis,
        parkedAs: waitsListed,
        [waitDueKey]: dueAtMillis,
        expiresAt: Math.ceil(dueAtMillis / 1000) + ledgerDays * 86_400,
      });
    },
    async remove({ conversationId, sinceMillis }) {
      // The sender may not delete items. The item leaves the index at once, and the table when it expires.
      await deliveries.update(waitKeyOf(conversationId), {
        set: { sinceMillis: 0 },
        remove: ["parkedAs", waitDueKey],
        ...ofThisWait(sinceMillis),
      });
    },
  };
}

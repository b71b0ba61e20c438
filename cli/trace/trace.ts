import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { isObject, parseObject, plainId } from "../../lambdas/http/untrusted.ts";
import {
  conversationIdOf,
  msgidOf,
  statusEventIdOf,
  messageNamedBy,
} from "../../lambdas/model/ids.ts";
import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import { telegramMessagesOf } from "../../lambdas/model/ledger.ts";
import { spoolKeyOf } from "../parked/parked.ts";
import { CommandFailure } from "../command.ts";
import { hasShown } from "./life.ts";
import type { Life } from "./life.ts";
import { setAsideOf } from "./sources.ts";
import type { TraceSources, ChatWindow } from "./sources.ts";

/** The names by which a person may look up a message. */
export type Named =
  /** The ledger's own id. The lookup uses it unchanged. */
  | { readonly kind: "event"; readonly id: string }
  /** amoCRM's id of an operator's message. The ledger knows customers' messages by their updates. */
  | { readonly kind: "amocrm-message"; readonly id: string }
  /** A message in a Telegram chat. Without a bot, it is the stage's bot. */
  | {
      readonly kind: "telegram-message";
      readonly botId: string | undefined;
      readonly chatId: string;
      readonly messageId: string;
    };

/** The traces of a message. Without any trace, the result is `undefined`. */
export type Trace = {
  readonly life: Life | undefined;
  /** The caretaker found that the message's hook was lost, and enqueued it. */
  readonly wasLost: boolean;
  /** Reports and notices that became events of their own, because the sender could not make them at once. */
  readonly followUps: readonly Life[];
  /** amoCRM has the message: its id there, the time when it was written, and whether an operator wrote it. */
  readonly inAmocrm:
    { readonly id: string; readonly atMillis: number; readonly isOperators: boolean } | undefined;
};

/**
 * Finds a message by keys, by the chat's history in amoCRM, and among parked and spooled events. It scans no
 * table. `conversationId` is the chat of the message, where the caller names it.
 */
export async function trace(
  named: Named,
  sources: TraceSources,
  conversationId?: string,
): Promise<Trace | undefined> {
  switch (named.kind) {
    case "event": {
      const [, amocrmMessageId] = /^amo:[^:]+:(.+)$/.exec(named.id) ?? [];
      return traceEvent(plainId(named.id), amocrmMessageId, sources);
    }
    case "amocrm-message": {
      const id = messageEventIdOf(await sources.scopeId(), named.id);
      const found = await traceEvent(id, named.id, sources);
      if (found !== undefined || conversationId === undefined) return found;
      const isNamed = async (message: HistoryMessage) => message.amocrmMessageId === named.id;
      return findInHistory(conversationId, isNamed, sources);
    }
    case "telegram-message": {
      const { botId = sources.botId, chatId, messageId } = named;
      const chat = conversationIdOf(botId, chatId);
      const setAside = await findSetAside(chat, messageId, sources);
      if (setAside !== undefined) return traceEvent(setAside, undefined, sources);
      const scopeId = await sources.scopeId();
      const isNamed = async ({ msgid, amocrmMessageId }: HistoryMessage) => {
        if (msgid !== undefined) return msgid === msgidOf(botId, chatId, messageId);
        const life = await sources.life(messageEventIdOf(scopeId, amocrmMessageId));
        return telegramMessagesOf(life?.steps ?? []).includes(messageId);
      };
      return findInHistory(chat, isNamed, sources);
    }
  }
}

/** The ids of most events are digests, so amoCRM's id of the message is an argument where it is known. */
async function traceEvent(
  id: string,
  amocrmMessageId: string | undefined,
  sources: TraceSources,
): Promise<Trace | undefined> {
  const [own, spooled, wasLost] = await Promise.all([
    sources.life(id),
    sources.life(spoolKeyOf(id)),
    sources.wasLost(id),
  ]);
  const followUps: Life[] = [];
  const life = own ?? spooled;
  for (const key of followUpsOf(id, amocrmMessageId, life?.redrives ?? 0)) {
    const followUp = await sources.life(key);
    if (followUp !== undefined) followUps.push(followUp);
  }
  if (life === undefined && !wasLost && followUps.length === 0) return undefined;
  return { life, wasLost, followUps, inAmocrm: undefined };
}

/** The keys of the bridge's own events about an event. Each redrive of it can have reports of its own. */
function followUpsOf(
  id: string,
  amocrmMessageId: string | undefined,
  redrives: number,
): readonly string[] {
  if (id.startsWith("tg:")) return [`notice:${id}`];
  if (amocrmMessageId === undefined) return [];
  const rounds = [undefined, ...Array.from({ length: redrives }, (_, index) => index + 1)];
  return rounds.flatMap((redrive) =>
    [1, -1].map((code) => statusEventIdOf(amocrmMessageId, code, { eventId: id, redrive })),
  );
}

/** The number of a chat's latest messages to search. */
const mostRead = 200;

/** amoCRM finds a message only in the history of its chat. */
async function findInHistory(
  conversationId: string,
  isNamed: (message: HistoryMessage) => Promise<boolean>,
  sources: TraceSources,
): Promise<Trace | undefined> {
  let read = 0;
  for await (const message of sources.history(conversationId)) {
    if (await isNamed(message)) return traceShown(conversationId, message, sources);
    if ((read += 1) >= mostRead) break;
  }
  return undefined;
}

/** The time around a message in which the claim of its event may have noted the chat's activity. */
const claimMillis = 10 * 60_000;

/**
 * A message that amoCRM has. The ledger has a key for an operator's message. It has none for a customer's,
 * but a note of activity may name its event.
 */
async function traceShown(
  conversationId: string,
  { amocrmMessageId, msgid, sentAtMillis: atMillis }: HistoryMessage,
  sources: TraceSources,
): Promise<Trace> {
  const isOperators = msgid === undefined;
  const inAmocrm = { id: amocrmMessageId, atMillis, isOperators };
  let found: Trace | undefined;
  if (isOperators) {
    const id = messageEventIdOf(await sources.scopeId(), amocrmMessageId);
    found = await traceEvent(id, amocrmMessageId, sources);
  }
  const [fromMillis, untilMillis] = [atMillis - claimMillis, atMillis + claimMillis];
  if (found === undefined) {
    for await (const { id } of sources.active({ conversationId, fromMillis, untilMillis })) {
      if (!hasShown(await sources.life(id), amocrmMessageId)) continue;
      found = await traceEvent(id, undefined, sources);
      break;
    }
  }
  return { life: undefined, wasLost: false, followUps: [], ...found, inAmocrm };
}

/**
 * The event of a message that is parked or spooled. There are few such events, and they keep the whole
 * message.
 */
async function findSetAside(
  conversationId: string,
  messageId: string,
  sources: TraceSources,
): Promise<string | undefined> {
  for await (const { id, envelope } of setAsideOf(conversationId, sources)) {
    if (envelope.source !== "telegram") continue;
    const body = await sources.bodyOf(envelope);
    const update = body === undefined ? undefined : parseObject(body);
    const subjects = Object.values(update ?? {}).filter(isObject);
    if (subjects.some((subject) => String(subject["message_id"]) === messageId)) return id;
  }
  return undefined;
}

/** What one place or several places know of one message of a chat. */
export type ChatEntry = {
  readonly atMillis: number;
  readonly at: "written" | "accepted" | "attempted";
  readonly from: "Telegram" | "amoCRM" | undefined;
  /** Undefined where the ledger has no key for the message. */
  readonly life: Life | undefined;
  readonly amocrmMessageId: string | undefined;
  readonly telegramMessageId: string | undefined;
};

/** The messages of a chat near a time, in order. */
export type ChatTrace = {
  readonly entries: readonly ChatEntry[];
  /** Why amoCRM's history is missing, or has gaps. */
  readonly gap: string | undefined;
};

/** How many of a chat's latest messages in amoCRM are read to reach the time. */
const mostReadToTime = 1000;
/** A waiting event is attempted at least every half hour, and such an attempt mostly leaves a note. */
const waitingMillis = 2 * 3_600_000;

/**
 * Finds the messages of a chat near a time: in amoCRM's history, among parked and spooled events, and by the
 * notes of activity that the ledger keeps for about one event in ten minutes of a chat. It scans no table.
 */
export async function traceChat(
  window: ChatWindow,
  sources: TraceSources,
  nowMillis: number,
): Promise<ChatTrace> {
  const lives = new Map<string, ChatEntry>();
  const add = (life: Life | undefined, at: ChatEntry["at"], atMillis: number) => {
    if (life === undefined || lives.has(life.id)) return;
    lives.set(life.id, {
      atMillis,
      at,
      from: life.from === "telegram" ? "Telegram" : life.from === "amocrm" ? "amoCRM" : undefined,
      life,
      amocrmMessageId: undefined,
      telegramMessageId: undefined,
    });
  };
  for await (const { id, receivedAtMillis } of setAsideOf(window.conversationId, sources)) {
    if (isIn(window, receivedAtMillis)) add(await sources.life(id), "accepted", receivedAtMillis);
  }
  const recent = { ...window, fromMillis: nowMillis - waitingMillis, untilMillis: nowMillis };
  for (const hours of [window, recent]) {
    for await (const { id, activeAtMillis } of sources.active(hours)) {
      const life = await sources.life(id);
      const isWaiting = life?.state === "waiting" || life?.state === "sending";
      if (isIn(window, activeAtMillis) || (isWaiting && activeAtMillis >= window.fromMillis)) {
        add(life, "attempted", activeAtMillis);
      }
    }
  }
  const { messages, gap } = await readHistory(window, sources);
  const scopeId = messages.length === 0 ? "" : await sources.scopeId();
  const written: ChatEntry[] = [];
  const shown = new Set<string>();
  for (const { amocrmMessageId, msgid, sentAtMillis } of messages) {
    const isOperators = msgid === undefined;
    const eventId = isOperators ? messageEventIdOf(scopeId, amocrmMessageId) : "";
    // A spooled event has a key of its own, so it is found among those that were read before.
    const life = isOperators
      ? (lives.get(eventId)?.life ?? (await sources.life(eventId)))
      : [...lives.values()].find((entry) => hasShown(entry.life, amocrmMessageId))?.life;
    if (life !== undefined) shown.add(life.id);
    written.push({
      atMillis: sentAtMillis,
      at: "written",
      from: isOperators ? "amoCRM" : "Telegram",
      life,
      amocrmMessageId,
      telegramMessageId: isOperators ? undefined : messageNamedBy(msgid, window.conversationId),
    });
  }
  const others = [...lives.values()].filter(({ life }) => !shown.has(life?.id ?? ""));
  const entries = [...written, ...others].toSorted((a, b) => a.atMillis - b.atMillis);
  return { entries, gap };
}

function isIn({ fromMillis, untilMillis }: ChatWindow, atMillis: number): boolean {
  return atMillis >= fromMillis && atMillis <= untilMillis;
}

async function readHistory(
  window: ChatWindow,
  sources: TraceSources,
): Promise<{ messages: readonly HistoryMessage[]; gap: string | undefined }> {
  const messages: HistoryMessage[] = [];
  let read = 0;
  try {
    for await (const message of sources.history(window.conversationId)) {
      if (message.sentAtMillis < window.fromMillis) break;
      if (isIn(window, message.sentAtMillis)) messages.push(message);
      if ((read += 1) >= mostReadToTime) {
        return {
          messages,
          gap: `only the chat's latest ${mostReadToTime} messages in amoCRM were read`,
        };
      }
    }
    return { messages, gap: undefined };
  } catch (error) {
    // The tables still know something, most of all while amoCRM does not answer.
    if (error instanceof CommandFailure) return { messages, gap: error.fault };
    throw error;
  }
}

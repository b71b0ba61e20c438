import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { isObject, parseObject, plainId } from "../../lambdas/http/untrusted.ts";
import {
  conversationIdOf,
  isMessageId,
  msgidOf,
  statusEventIdOf,
} from "../../lambdas/model/ids.ts";
import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import { telegramMessagesOf } from "../../lambdas/model/ledger.ts";
import { spoolKeyOf } from "../parked/parked.ts";
import { hasShown } from "./life.ts";
import type { Life } from "./life.ts";
import type { Named } from "./named.ts";
import { setAsideOf } from "./sources.ts";
import type { TraceSources } from "./sources.ts";

/** The traces of a message. Without any trace, the result is `undefined`. */
export type Trace = {
  readonly life: Life | undefined;
  /** The caretaker found that the message's hook was lost, and enqueued it. */
  readonly wasLost: boolean;
  /** Reports and notices that became events of their own, because the sender could not make them at once. */
  readonly followUps: readonly Life[];
  /** amoCRM has the message: its id there, and the time when it was written. */
  readonly inAmocrm: { readonly id: string; readonly atMillis: number } | undefined;
};

/**
 * Finds a message by keys, by the chat's history in amoCRM, and among parked and spooled events. It
 * scans no table.
 */
export async function trace(
  named: Named,
  sources: TraceSources,
  /** The chat of the message, where the caller names it. */
  conversationId?: string,
): Promise<Trace | undefined> {
  switch (named.kind) {
    case "event": {
      const [, amocrmMessageId] = /^amo:[^:]+:(.+)$/.exec(named.id) ?? [];
      return traceEvent({ id: plainId(named.id), amocrmMessageId }, sources);
    }
    case "amocrm-message": {
      const id = messageEventIdOf(await sources.scopeId(), named.id);
      const found = await traceEvent({ id, amocrmMessageId: named.id }, sources);
      if (found !== undefined || conversationId === undefined) return found;
      return findInHistory(conversationId, named.id, sources);
    }
    case "telegram-message":
      return traceTelegramMessage(named, sources);
  }
}

/** An event, and amoCRM's id of its message where it is known. The ids of most events are digests. */
type Event = { readonly id: string; readonly amocrmMessageId: string | undefined };

async function traceEvent(event: Event, sources: TraceSources): Promise<Trace | undefined> {
  const { id } = event;
  const [own, spooled, wasLost] = await Promise.all([
    sources.life(id),
    sources.life(spoolKeyOf(id)),
    sources.wasLost(id),
  ]);
  const followUps: Life[] = [];
  const life = own ?? spooled;
  for (const key of followUpsOf(event, life?.redrives ?? 0)) {
    const followUp = await sources.life(key);
    if (followUp !== undefined) followUps.push(followUp);
  }
  if (life === undefined && !wasLost && followUps.length === 0) return undefined;
  return { life, wasLost, followUps, inAmocrm: undefined };
}

/** The keys of the bridge's own events about an event. Each redrive of it can have reports of its own. */
function followUpsOf({ id, amocrmMessageId }: Event, redrives: number): readonly string[] {
  if (id.startsWith("tg:")) return [`notice:${id}`];
  if (amocrmMessageId === undefined) return [];
  const rounds = [undefined, ...Array.from({ length: redrives }, (_, index) => index + 1)];
  return rounds.flatMap((redrive) =>
    [1, -1].map((code) => statusEventIdOf(amocrmMessageId, code, { eventId: id, redrive })),
  );
}

/** The number of a chat's latest messages to search. */
const mostLookedAt = 200;

async function traceTelegramMessage(
  { chatId, messageId, ...named }: Extract<Named, { kind: "telegram-message" }>,
  sources: TraceSources,
): Promise<Trace | undefined> {
  const botId = named.botId ?? sources.botId;
  const conversationId = conversationIdOf(botId, chatId);
  const setAside = await findSetAside(conversationId, messageId, sources);
  if (setAside !== undefined) {
    return traceEvent({ id: setAside, amocrmMessageId: undefined }, sources);
  }

  const msgid = msgidOf(botId, chatId, messageId);
  const scopeId = await sources.scopeId();
  for await (const message of latest(sources.history(conversationId))) {
    const { amocrmMessageId, sentAtMillis: atMillis } = message;
    const inAmocrm = { id: amocrmMessageId, atMillis };
    if (message.msgid === msgid) return traceShown(conversationId, message, sources);
    if (message.msgid === undefined) {
      const id = messageEventIdOf(scopeId, amocrmMessageId);
      const steps = (await sources.life(id))?.steps ?? [];
      if (telegramMessagesOf(steps).includes(messageId)) {
        const found = await traceEvent({ id, amocrmMessageId }, sources);
        return found && { ...found, inAmocrm };
      }
    }
  }
  return undefined;
}

/** A customer's message by amoCRM's id of it. amoCRM finds a message only in the history of its chat. */
async function findInHistory(
  conversationId: string,
  amocrmMessageId: string,
  sources: TraceSources,
): Promise<Trace | undefined> {
  for await (const message of latest(sources.history(conversationId))) {
    if (message.amocrmMessageId === amocrmMessageId) {
      return traceShown(conversationId, message, sources);
    }
  }
  return undefined;
}

async function* latest(history: AsyncIterable<HistoryMessage>): AsyncGenerator<HistoryMessage> {
  let looked = 0;
  for await (const message of history) {
    yield message;
    if ((looked += 1) >= mostLookedAt) return;
  }
}

/** The time around a message in which the claim of its event may have noted the chat's activity. */
const claimMillis = 10 * 60_000;

/**
 * A customer's message that amoCRM has. The ledger has no key for it, but a note of activity may name
 * its event.
 */
async function traceShown(
  conversationId: string,
  { amocrmMessageId, sentAtMillis: atMillis }: HistoryMessage,
  sources: TraceSources,
): Promise<Trace> {
  const inAmocrm = { id: amocrmMessageId, atMillis };
  const window = {
    conversationId,
    fromMillis: atMillis - claimMillis,
    untilMillis: atMillis + claimMillis,
  };
  for await (const { id } of sources.active(window)) {
    if (!hasShown(await sources.life(id), amocrmMessageId)) continue;
    const found = await traceEvent({ id, amocrmMessageId: undefined }, sources);
    if (found !== undefined) return { ...found, inAmocrm };
  }
  return { life: undefined, wasLost: false, followUps: [], inAmocrm };
}

/**
 * The event of a message that is parked or spooled. There are few such events, and
 * they keep the whole message.
 */
async function findSetAside(
  conversationId: string,
  messageId: string,
  sources: TraceSources,
): Promise<string | undefined> {
  if (!isMessageId(messageId)) return undefined;
  for await (const { id, envelope } of setAsideOf(conversationId, sources)) {
    if (envelope.source !== "telegram") continue;
    const body = await sources.bodyOf(envelope);
    const update = body === undefined ? undefined : parseObject(body);
    const subjects = Object.values(update ?? {}).filter(isObject);
    if (subjects.some((subject) => String(subject["message_id"]) === messageId)) return id;
  }
  return undefined;
}

import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { isObject, parseObject, plainId } from "../../lambdas/http/untrusted.ts";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";
import {
  conversationIdOf,
  isMessageId,
  msgidOf,
  statusEventIdOf,
} from "../../lambdas/model/ids.ts";
import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import { spoolKeyOf } from "../parked/list-parked.ts";
import type { Delivery } from "../parked/sources.ts";
import { telegramMessagesOf } from "../../lambdas/model/ledger.ts";
import { readLife } from "./life.ts";
import type { Item, Life } from "./life.ts";
import type { Named } from "./named.ts";

/** The places that have traces of a message. */
export interface TraceSources {
  /** An item of the deliveries table by its key. */
  item(id: string): Promise<Item | undefined>;
  /** All parked or spooled events now, with their messages. */
  setAside(state: "parked" | "spooled"): AsyncIterable<Delivery>;
  /** amoCRM's messages of a chat, newest first. None where the chat's id in amoCRM is unknown. */
  history(conversationId: string): AsyncIterable<HistoryMessage>;
  /** The bytes of a stored event. Undefined where they are not available. */
  bodyOf(envelope: Envelope): Promise<Uint8Array | undefined>;
  /** The scope id of the channel. The event ids of amoCRM's messages depend on it. */
  scopeId(): Promise<string>;
  /** The stage's bot. */
  readonly botId: string;
}

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
  nowMillis: number,
): Promise<Trace | undefined> {
  switch (named.kind) {
    case "event": {
      const [, amocrmMessageId] = /^amo:[^:]+:(.+)$/.exec(named.id) ?? [];
      return traceEvent({ id: plainId(named.id), amocrmMessageId }, sources, nowMillis);
    }
    case "amocrm-message": {
      const id = messageEventIdOf(await sources.scopeId(), named.id);
      return traceEvent({ id, amocrmMessageId: named.id }, sources, nowMillis);
    }
    case "telegram-message":
      return traceTelegramMessage(named, sources, nowMillis);
  }
}

/** An event, and amoCRM's id of its message where it is known. The ids of most events are digests. */
type Event = { readonly id: string; readonly amocrmMessageId: string | undefined };

async function traceEvent(
  event: Event,
  sources: TraceSources,
  nowMillis: number,
): Promise<Trace | undefined> {
  const { id } = event;
  const lifeOf = async (key: string) => {
    const item = await sources.item(key);
    return item === undefined ? undefined : readLife(item, nowMillis);
  };
  const [own, spooled, found] = await Promise.all([
    lifeOf(id),
    lifeOf(spoolKeyOf(id)),
    sources.item(`found:${id}`),
  ]);
  const followUps: Life[] = [];
  for (const key of followUpsOf(event)) {
    const life = await lifeOf(key);
    if (life !== undefined) followUps.push(life);
  }
  const life = own ?? spooled;
  const wasLost = found !== undefined;
  if (life === undefined && !wasLost && followUps.length === 0) return undefined;
  return { life, wasLost, followUps, inAmocrm: undefined };
}

/** The keys of the bridge's own events about an event. */
function followUpsOf({ id, amocrmMessageId }: Event): readonly string[] {
  if (id.startsWith("tg:")) return [`notice:${id}`];
  if (amocrmMessageId === undefined) return [];
  return [1, -1].map((code) => statusEventIdOf(amocrmMessageId, code, id));
}

/** The number of a chat's latest messages to search. */
const mostLookedAt = 200;

async function traceTelegramMessage(
  { chatId, messageId, ...named }: Extract<Named, { kind: "telegram-message" }>,
  sources: TraceSources,
  nowMillis: number,
): Promise<Trace | undefined> {
  const botId = named.botId ?? sources.botId;
  const conversationId = conversationIdOf(botId, chatId);
  const setAside = await findSetAside(conversationId, messageId, sources);
  if (setAside !== undefined) {
    return traceEvent({ id: setAside, amocrmMessageId: undefined }, sources, nowMillis);
  }

  const msgid = msgidOf(botId, chatId, messageId);
  const scopeId = await sources.scopeId();
  let looked = 0;
  for await (const message of sources.history(conversationId)) {
    const { amocrmMessageId, sentAtMillis: atMillis } = message;
    const inAmocrm = { id: amocrmMessageId, atMillis };
    if (message.msgid === msgid) {
      return { life: undefined, wasLost: false, followUps: [], inAmocrm };
    }
    if (message.msgid === undefined) {
      const id = messageEventIdOf(scopeId, amocrmMessageId);
      const item = await sources.item(id);
      const steps = item === undefined ? [] : (readLife(item, nowMillis)?.steps ?? []);
      if (telegramMessagesOf(steps).includes(messageId)) {
        const found = await traceEvent({ id, amocrmMessageId }, sources, nowMillis);
        return found && { ...found, inAmocrm };
      }
    }
    if ((looked += 1) >= mostLookedAt) break;
  }
  return undefined;
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
  for (const state of ["parked", "spooled"] as const) {
    for await (const { id, message } of sources.setAside(state)) {
      const envelope = readEnvelope(message ?? "");
      if (envelope?.group !== conversationId || envelope.source !== "telegram") continue;
      const body = await sources.bodyOf(envelope);
      const update = body === undefined ? undefined : parseObject(body);
      const subjects = Object.values(update ?? {}).filter(isObject);
      if (subjects.some((subject) => String(subject["message_id"]) === messageId)) return id;
    }
  }
  return undefined;
}

import { afterEntry, emptyModel } from "../../../local/page/app/model.ts";
import type { Model } from "../../../local/page/app/model.ts";
import type { Hop } from "../../../local/hops/hop.ts";
import type {
  DeskMessage,
  EventRow,
  PageRecord,
  PhoneMessage,
  RunFacts,
} from "../../../local/page/stream.ts";

/** The time at which the records of these models were written. */
export const startMillis = 1_780_000_000_000;

const run: RunFacts = {
  id: "run",
  startedAtMillis: startMillis,
  version: "1",
  botId: "1000000001",
  scopeId: "scope_1",
  hasLedger: true,
  isTelegramSimulated: true,
  isAmocrmSimulated: true,
  webhookUrl: "http://127.0.0.1:1",
  telegramUrl: "http://127.0.0.1:2",
  amocrmUrl: "http://127.0.0.1:3",
};

/** A model with those records and hops, as the stream would bring them. */
export function aModel(
  records: readonly PageRecord[],
  hops: readonly Hop[] = [],
  facts: Partial<RunFacts> = {},
): Model {
  const entries = [
    { kind: "run", run: { ...run, ...facts } } as const,
    ...records.map((record) => ({ kind: "record", ...record }) as const),
    ...hops.map((hop, number) => ({ kind: "hop", number, hop }) as const),
    { kind: "caught-up" } as const,
  ];
  return entries.reduce((model, entry) => afterEntry(model, entry, startMillis), emptyModel());
}

/** A customer's message `id` in the chat 42. Its event is `tg:1:<id>`. */
export function written(id: number, given: Partial<PhoneMessage> = {}): PageRecord {
  const value: PhoneMessage = {
    chatId: 42,
    messageId: id,
    from: "customer",
    message: { date: startMillis / 1000 },
    reactions: { customer: [] },
    eventId: `tg:1:${id}`,
    isAccepted: true,
    ...given,
  };
  return { of: "phone-message", id: `${value.chatId}/${value.messageId}`, value };
}

/** The bot's message `id` in the chat 42. */
export function received(id: number): PageRecord {
  return written(id, { from: "bot", eventId: undefined, isAccepted: undefined });
}

const person = { id: "person", name: "Anna" };

/** The customer's message `id` as the desk shows it. A suffix names a piece or an edit. */
export function shown(id: number | string): PageRecord {
  return deskMessage(`shown-${id}`, { msgid: `tg-1000000001-42-${id}`, direction: "customer" });
}

/** An operator's message. Its event is `amo:<id>`. */
export function answer(id: string, given: Partial<DeskMessage> = {}): PageRecord {
  return deskMessage(id, { hookStatus: 200, eventId: `amo:${id}`, ...given });
}

function deskMessage(id: string, given: Partial<DeskMessage>): PageRecord {
  const value: DeskMessage = {
    id,
    conversationId: "tg-1000000001-42",
    chatId: "chat",
    direction: "operator",
    type: "text",
    text: "words",
    content: {},
    silent: false,
    timestamp: startMillis / 1000,
    msecTimestamp: startMillis,
    sender: person,
    edited: false,
    deliveryStatus: [],
    reactions: [],
    ...given,
  };
  return { of: "desk-message", id, value };
}

/** The ledger's row of an event. */
export function row(id: string, given: Partial<EventRow>): PageRecord {
  const value = { id, state: "sent", attempts: 0, steps: [], ...given } as const;
  return { of: "event", id, value };
}

/** The depth of a queue. */
export function queue(id: "to-amocrm" | "to-telegram", waiting: number): PageRecord {
  return { of: "queue", id, value: { waiting, inFlight: 0, deadLetters: 0 } };
}

/** A fact of the log about an event. */
export function fact(
  eventId: string | undefined,
  name: string,
  fields = {},
  atMillis = startMillis,
): Hop {
  return { kind: "fact", functionStem: "delivery-sender", fact: name, fields, eventId, atMillis };
}

/** A call of Telegram about an event. */
export function call(eventId: string | undefined, name: string, status: number): Hop {
  return {
    kind: "call",
    functionStem: "delivery-sender",
    vendor: "telegram",
    call: name,
    status,
    tookMillis: 5,
    eventId,
    atMillis: startMillis,
  };
}

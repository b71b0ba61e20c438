import { quietFacts } from "../../../hops/lines.ts";
import type { EventRow } from "../../stream.ts";
import type { Model, NumberedHop } from "../model.ts";
import { telegramChatOf } from "./written.ts";
import { placeOf, stateInWords, toldOf } from "./told.ts";
import type { Reader, Told } from "./told.ts";

/** One event as a row of the list. */
export type EventLine = {
  readonly id: string;
  readonly direction: "to-amocrm" | "to-telegram";
  readonly customer: string | undefined;
  readonly row: EventRow | undefined;
  /** How many times a sender has taken it from its queue. */
  readonly receives: number;
  /** The time of the next attempt: what the sender or the queue waits for. */
  readonly nextMillis: number | undefined;
};

/** The newest events, the newest first. The chosen one is among them, even when it is older. */
export function eventLines(
  model: Model,
  most: number,
  chosen: string | undefined,
): readonly EventLine[] {
  const newest = [...model.hopsOf.keys()].slice(-most);
  const isOlder = chosen !== undefined && !newest.includes(chosen);
  const ids = isOlder ? [...newest, chosen] : newest;
  const names = customersOf(model, new Set(ids));
  return ids.toReversed().map((id) => {
    const row = model.event.get(id);
    const hops = model.hopsOf.get(id) ?? [];
    const receives = hops.reduce(
      (most, hop) => (hop.kind === "received" ? Math.max(most, hop.receive) : most),
      0,
    );
    const direction = directionOf(id, row, hops);
    return { id, direction, customer: names.get(id), row, receives, nextMillis: nextOf(row, hops) };
  });
}

function directionOf(
  id: string,
  row: EventRow | undefined,
  hops: readonly NumberedHop[],
): EventLine["direction"] {
  if (row?.direction !== undefined) return row.direction;
  const isAccepted = hops.some((hop) => hop.kind === "fact" && hop.fact === "HookAccepted");
  return isAccepted || /^(amo:|[0-9a-f]{64}$)/.test(id) ? "to-telegram" : "to-amocrm";
}

function nextOf(row: EventRow | undefined, hops: readonly NumberedHop[]): number | undefined {
  if (row?.state === "waiting") return row.notBeforeMillis;
  if (row?.state !== "sending") return undefined;
  // A living attempt ends by itself. After a death the queue waits.
  const last = hops.findLast((hop) => hop.kind === "died" || hop.kind === "received");
  return last?.kind === "died" ? last.backAtMillis : undefined;
}

/** The customers' names by event, for those events. */
function customersOf(model: Model, ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const nameOf = (chat: string | number) =>
    model["phone-chat"].get(String(chat))?.customer.first_name ?? String(chat);
  for (const { eventId, chatId } of model["phone-message"].values()) {
    if (eventId !== undefined && ids.has(eventId)) names.set(eventId, nameOf(chatId));
  }
  for (const { eventId, conversationId } of model["desk-message"].values()) {
    if (eventId === undefined || !ids.has(eventId)) continue;
    names.set(eventId, nameOf(telegramChatOf(conversationId)));
  }
  return names;
}

/** The way of an event in the order of time: its hops, and the ledger's row as it is now. */
export function wayOf(model: Model, id: string, reader: Reader): readonly Told[] {
  const hops = model.hopsOf.get(id) ?? [];
  const told = hops.filter((hop) => !isSaidByAnother(hop, hops)).map((hop) => toldOf(hop, reader));
  const row = model.event.get(id);
  if (row !== undefined) {
    const ledger = { place: placeOf("ledger", reader), ...stateInWords(row, reader) };
    told.push({ ...ledger, atMillis: row.endedAtMillis });
  }
  const last = Number.POSITIVE_INFINITY;
  return told.toSorted((a, b) => (a.atMillis ?? last) - (b.atMillis ?? last));
}

/** The webhook's answer says the same as its fact, which may even come after the sender's first line. */
function isSaidByAnother(hop: NumberedHop, hops: readonly NumberedHop[]): boolean {
  if (hop.kind !== "fact") return false;
  if (quietFacts.has(hop.fact)) return true;
  const isAcceptance = hop.fact === "UpdateAccepted" || hop.fact === "HookAccepted";
  const isPlain = hop.fields["late"] === undefined && hop.fields["accepted"] !== "spooled";
  return isAcceptance && isPlain && hops.some(({ kind }) => kind === "webhook");
}

/**
 * What happened beside the messages, the newest first: requests that a webhook refused, deaths of idle
 * processes, and what the caretaker found.
 */
export function besideMessages(model: Model, most: number): readonly NumberedHop[] {
  const explained = new Set(
    model.others.flatMap((hop) => (hop.kind === "fact" ? (hop.requestId ?? []) : [])),
  );
  const refused = model.webhooks.filter(
    (hop) => hop.kind === "webhook" && hop.status !== 200 && !explained.has(hop.requestId),
  );
  const others = model.others.filter((hop) => {
    if (hop.kind !== "fact") return hop.kind === "died";
    if (hop.level === "ERROR" || quietFacts.has(hop.fact)) return hop.level === "ERROR";
    return hop.level === "WARN" || hop.functionStem === "caretaker";
  });
  return [...refused, ...others].toSorted((a, b) => b.number - a.number).slice(0, most);
}

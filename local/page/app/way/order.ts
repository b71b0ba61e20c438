import type { Model } from "../model.ts";
import { isOperators, telegramChatOf, telegramIdsOf } from "./written.ts";
import type { Written } from "./written.ts";

/** In Telegram a higher id is a later message. So the ids of customers' messages rise within a chat. */
export function customersOutOfOrder(model: Model, written: readonly Written[]): readonly string[] {
  const eventOf = new Map(written.map(({ key = "", eventId }) => [key, eventId]));
  const late = lateEvents(model);
  const arrivals = [];
  for (const { msgid, conversationId, direction } of model["desk-message"].values()) {
    // The bot's greeting follows the message that it answers. What the customer wrote meanwhile comes after it.
    if (direction !== "customer") continue;
    const place = msgid?.startsWith(`${conversationId}-`)
      ? msgid.slice(conversationId.length + 1)
      : "";
    // Further pieces and edits have other ids: they follow their message.
    if (msgid === undefined || !/^\d+$/.test(place)) continue;
    const eventId = eventOf.get(`${telegramChatOf(conversationId)}/${place}`);
    if (eventId !== undefined && late.has(eventId)) continue;
    arrivals.push({ id: msgid, chat: conversationId, place: Number(place) });
  }
  return inversions(arrivals);
}

/** Operators' messages in the order in which amoCRM shows them, by their first ids in Telegram. */
export function operatorsOutOfOrder(
  model: Model,
  late: ReadonlyMap<string, string>,
): readonly string[] {
  const arrivals = [];
  for (const message of model["desk-message"].values()) {
    const { id, eventId = id, conversationId } = message;
    if (!isOperators(message) || late.has(eventId)) continue;
    const [first] = telegramIdsOf(model.event.get(eventId));
    if (first !== undefined) arrivals.push({ id, chat: conversationId, place: Number(first) });
  }
  return inversions(arrivals);
}

/** The ids whose place is lower than that of an earlier one of the chat. */
function inversions(
  arrivals: readonly { readonly id: string; readonly chat: string; readonly place: number }[],
): readonly string[] {
  const highest = new Map<string, number>();
  return arrivals.flatMap(({ id, chat, place }) => {
    const before = highest.get(chat) ?? 0;
    highest.set(chat, Math.max(before, place));
    return place < before ? [id] : [];
  });
}

/**
 * The events that the bridge itself marks as late, with the kind of lateness: only these may leave the order
 * of their chat.
 */
export function lateEvents({ hopsOf }: Model): ReadonlyMap<string, string> {
  const late = new Map<string, string>();
  for (const [eventId, hops] of hopsOf) {
    for (const hop of hops) {
      if (hop.kind !== "fact") continue;
      const { late: kind } = hop.fields;
      if (typeof kind === "string") late.set(eventId, kind);
      else if (hop.fact === "HookCameLate") late.set(eventId, "came-late");
    }
  }
  return late;
}

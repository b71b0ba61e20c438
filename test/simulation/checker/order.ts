import { marksIn } from "../world/plan.ts";
import { conversationOf } from "../world/customers.ts";
import { isWrittenBy } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

type Place = { readonly eventId: string; readonly first: number; readonly last: number };

/**
 * A chat shows messages in the order in which the queue accepted them. Only the five late kinds may
 * be elsewhere: their envelope or their hook marks them as late.
 */
export function inversions(evidence: Evidence): Violation[] {
  return [
    ...towardsTelegram(evidence),
    ...towardsAmocrm(evidence),
    ...withinMessage(evidence),
    ...withinRichMessage(evidence),
  ];
}

/** Messages that went out late. The checker always counts them. */
export function lateOnes({ showings }: Evidence): number {
  return new Set(showings.filter(({ isLate }) => isLate).map(({ hook }) => hook)).size;
}

function towardsTelegram(evidence: Evidence): Violation[] {
  const accepted = acceptedIn("to-telegram", evidence);
  const places: Place[] = [];
  for (const eventId of accepted) {
    const own = evidence.showings.filter(
      ({ hook, call }) => hook?.eventId === eventId && call.attempt?.eventId === eventId,
    );
    if (own.length === 0 || own.some(({ isLate }) => isLate)) continue;
    const orders = own.map(({ call }) => call.order);
    places.push({ eventId, first: Math.min(...orders), last: Math.max(...orders) });
  }
  return inversionsAmong(places, (eventId) => chatOfHook(eventId, evidence));
}

function towardsAmocrm(evidence: Evidence): Violation[] {
  const { world } = evidence;
  const updates = new Map(world.telegramSide.updates.map((update) => [update.eventId, update]));
  const late = new Set(
    world.history
      .of("queued")
      .filter((queued) => queued.late !== undefined)
      .map(({ eventId }) => eventId),
  );
  const places: Place[] = [];
  for (const eventId of acceptedIn("to-amocrm", evidence)) {
    const update = updates.get(eventId);
    if (
      update === undefined ||
      update.kind === "membership" ||
      update.kind === "own act" ||
      // Operators see an administrator's message at once. They see the customer's messages to the
      // bot after the customer calls an operator.
      (update.author === "administrator" && world.hasBot) ||
      late.has(eventId)
    )
      continue;
    const conversationId = conversationOf(update.chat);
    const orders = world.amocrm.appeared.flatMap((message, order) =>
      message.conversationId === conversationId &&
      isWrittenBy(update, message) &&
      marksIn(message.text).some((mark) => update.marks.includes(mark))
        ? [order]
        : [],
    );
    if (orders.length === 0) continue;
    places.push({ eventId, first: Math.min(...orders), last: Math.max(...orders) });
  }
  return inversionsAmong(places, (eventId) => String(updates.get(eventId)?.chat));
}

/** Event ids in the order in which the queue first accepted them. */
function acceptedIn(direction: string, { world }: Evidence): string[] {
  const taken = world.history
    .of("queued")
    .filter((queued) => queued.direction === direction && queued.isNew);
  return [...new Set(taken.map(({ eventId }) => eventId))];
}

function inversionsAmong(
  places: readonly Place[],
  chatOf: (eventId: string) => string,
): Violation[] {
  const found: Violation[] = [];
  for (const [, inChat] of Map.groupBy(places, ({ eventId }) => chatOf(eventId))) {
    for (const [index, place] of inChat.entries()) {
      const before = inChat[index - 1];
      if (before === undefined || before.last < place.first) continue;
      const what = `shown before the end of ${before.eventId}, which the queue accepted earlier`;
      found.push({ rule: "inversion", about: place.eventId, what });
    }
  }
  return found;
}

/** The sentences of a message appear in order, except repeats. */
function withinMessage(evidence: Evidence): Violation[] {
  return evidence.world.amocrmSide.hooks.flatMap((hook) => {
    const marks = [...new Set(evidence.showingsOf(hook).flatMap((showing) => showing.marks))];
    const expected = marksIn(hook.text).filter((mark) => marks.includes(mark));
    if (marks.join() === expected.join()) return [];
    const what = "its parts were shown out of order";
    return [{ rule: "inversion", about: hook.eventId, what }];
  });
}

/** The parts of a customer's message appear in order, and their times are in the same order. */
function withinRichMessage({ world }: Evidence): Violation[] {
  return world.telegramSide.updates.flatMap((update) => {
    const { eventId, chat, marks } = update;
    const pieces = world.amocrm.appeared.filter(
      ({ conversationId, isEdit, direction, text }) =>
        conversationId === conversationOf(chat) &&
        !isEdit &&
        isWrittenBy(update, { direction }) &&
        marksIn(text).some((mark) => marks.includes(mark)),
    );
    const shown = pieces.flatMap(({ text }) => marksIn(text));
    const expected = marks.filter((mark) => shown.includes(mark));
    const moments = pieces.map(({ msecTimestamp }) => msecTimestamp);
    const isInTime = moments.join() === moments.toSorted((a, b) => a - b).join();
    if (shown.join() === expected.join() && isInTime) return [];
    return [{ rule: "inversion", about: eventId, what: "its parts were shown out of order" }];
  });
}

function chatOfHook(eventId: string, { world }: Evidence): string {
  return String(world.amocrmSide.hooks.find((hook) => hook.eventId === eventId)?.chat);
}

import { marksIn } from "../world/plan.ts";
import { conversationOf } from "../world/customers.ts";
import { isSaidBy } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

type Place = { readonly eventId: string; readonly first: number; readonly last: number };

/**
 * What a chat shows is in the order in which the queue accepted it. Only the five late kinds may
 * stand elsewhere: by the envelope a message went out under, or by its hook.
 */
export function inversions(evidence: Evidence): Violation[] {
  return [
    ...towardsTelegram(evidence),
    ...towardsAmocrm(evidence),
    ...withinMessage(evidence),
    ...withinRichMessage(evidence),
  ];
}

/** Messages that went out late; counted, never hidden. */
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
      // Operators see at once what an administrator has written, and after their call what was said to the bot.
      (update.author === "administrator" && world.hasBot) ||
      late.has(eventId)
    )
      continue;
    const conversationId = conversationOf(update.chat);
    const orders = world.amocrm.appeared.flatMap((message, order) =>
      message.conversationId === conversationId &&
      isSaidBy(update, message) &&
      marksIn(message.text).some((mark) => update.marks.includes(mark))
        ? [order]
        : [],
    );
    if (orders.length === 0) continue;
    places.push({ eventId, first: Math.min(...orders), last: Math.max(...orders) });
  }
  return inversionsAmong(places, (eventId) => String(updates.get(eventId)?.chat));
}

/** Event ids in the order in which the queue first took them. */
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
      const what = `shown before ${before.eventId} had ended, which the queue accepted earlier`;
      found.push({ rule: "inversion", about: place.eventId, what });
    }
  }
  return found;
}

/** The sentences of a message come in their order, but for what is repeated. */
function withinMessage(evidence: Evidence): Violation[] {
  return evidence.world.amocrmSide.hooks.flatMap((hook) => {
    const marks = [...new Set(evidence.showingsOf(hook).flatMap((showing) => showing.marks))];
    const expected = marksIn(hook.text).filter((mark) => marks.includes(mark));
    if (marks.join() === expected.join()) return [];
    const what = "its parts were shown in another order";
    return [{ rule: "inversion", about: hook.eventId, what }];
  });
}

/** The pieces of a customer's message appear in their order, and stand so by their time. */
function withinRichMessage({ world }: Evidence): Violation[] {
  return world.telegramSide.updates.flatMap((update) => {
    const { eventId, chat, marks } = update;
    const pieces = world.amocrm.appeared.filter(
      ({ conversationId, isEdit, direction, text }) =>
        conversationId === conversationOf(chat) &&
        !isEdit &&
        isSaidBy(update, { direction }) &&
        marksIn(text).some((mark) => marks.includes(mark)),
    );
    const shown = pieces.flatMap(({ text }) => marksIn(text));
    const expected = marks.filter((mark) => shown.includes(mark));
    const moments = pieces.map(({ msecTimestamp }) => msecTimestamp);
    const isInTime = moments.join() === moments.toSorted((a, b) => a - b).join();
    if (shown.join() === expected.join() && isInTime) return [];
    return [{ rule: "inversion", about: eventId, what: "its pieces were shown in another order" }];
  });
}

function chatOfHook(eventId: string, { world }: Evidence): string {
  return String(world.amocrmSide.hooks.find((hook) => hook.eventId === eventId)?.chat);
}

import { customerIdOf, messageNamedBy } from "../../../lambdas/model/ids.ts";
import type { SentHook } from "../world/amocrm-side.ts";
import { chatOfConversation, conversationOf, userOf } from "../world/customers.ts";
import type { AttemptFacts, CallFact, Recorded } from "../world/history.ts";
import { marksIn } from "../world/plan.ts";
import type { SentUpdate } from "../world/telegram-side.ts";
import { isWrittenBy } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

/**
 * Each message is in the right place: in its conversation, in the customer's current topic of a
 * private chat, and in amoCRM under its author's name.
 */
export function misplaced(evidence: Evidence): Violation[] {
  return [...inTelegram(evidence), ...inQueue(evidence), ...inAmocrm(evidence)];
}

const wrong = (about: string, what: string): Violation => ({ rule: "place", about, what });

function inTelegram({ world, calls, facts }: Evidence): Violation[] {
  const { updates } = world.telegramSide;
  const updateOf = new Map(updates.map((update) => [update.eventId, update]));
  const hookOf = new Map(world.amocrmSide.hooks.map((hook) => [hook.eventId, hook]));
  const doneAt = new Map<string, number>();
  for (const { eventId, after, atMillis } of world.history.of("ledger")) {
    if (after?.state === "sent") doneAt.set(eventId, atMillis);
  }
  const cameBack = new Set(
    world.history
      .of("queued")
      .flatMap(({ eventId, late }) => (late === "reconciled" ? [eventId] : [])),
  );
  return calls.flatMap((call) => {
    const { attempt, landed, beganAtMillis } = call;
    if (attempt === undefined || landed === undefined) return [];
    const { eventId } = attempt;
    const update = updateOf.get(eventId);
    const chat = update?.chat ?? hookOf.get(eventId)?.chat ?? chatOfConversation(attempt.group);
    if (landed.conversationId !== conversationOf(chat)) {
      return [wrong(eventId, `landed in ${landed.conversationId} instead of chat ${chat}`)];
    }
    const about = update ?? quotedBy(hookOf.get(eventId), updates);
    if (landed.repliesTo !== undefined && landed.repliesTo !== about?.messageId) {
      return [wrong(eventId, `answers message ${landed.repliesTo}, not ${about?.messageId}`)];
    }
    const claimedAt = claimBefore(call, facts);
    const times = { doneAt, claimedAt, untilMillis: beganAtMillis };
    const isAlone = about === undefined || mayHaveLostQuote(attempt, cameBack);
    const topics = [
      ...(about === undefined ? [] : [about.topic]),
      ...(isAlone && update === undefined ? topicsBetween(updates, chat, times) : []),
    ];
    if (topics.includes(landed.topic)) return [];
    const names = topics.map(nameOf).join(" or ");
    return [wrong(eventId, `landed ${nameOf(landed.topic)} instead of ${names}`)];
  });
}

/** An operator's message must not appear in amoCRM's history as an answer to another message. */
function mayHaveLostQuote({ eventId, late }: AttemptFacts, cameBack: ReadonlySet<string>): boolean {
  return late === "reconciled" || (late === "redriven" && cameBack.has(eventId));
}

/**
 * The customer's message that an operator's message answers. Any part of a long message identifies
 * it.
 */
function quotedBy(
  { chat, quotes = "" }: Pick<SentHook, "chat" | "quotes"> = { chat: 0 },
  updates: readonly SentUpdate[],
): SentUpdate | undefined {
  const messageId = Number(messageNamedBy(quotes, conversationOf(chat)));
  return updates.find((update) => update.chat === chat && update.messageId === messageId);
}

/**
 * The topics where an answer may go: the topic of the last message delivered before the attempt
 * began, or the topic of a message that the customer has written since.
 */
function topicsBetween(
  updates: readonly SentUpdate[],
  chat: number,
  { doneAt, claimedAt, untilMillis }: Times,
): (number | undefined)[] {
  const written = updates.filter(
    (update) => update.chat === chat && update.kind === "message" && update.atMillis < untilMillis,
  );
  const isDone = ({ eventId }: SentUpdate) => (doneAt.get(eventId) ?? untilMillis) < claimedAt;
  const lastDone = written.findLastIndex(isDone);
  const topics = written.slice(Math.max(0, lastDone)).map(({ topic }) => topic);
  return lastDone < 0 ? [undefined, ...topics] : topics;
}

type Times = {
  readonly doneAt: ReadonlyMap<string, number>;
  readonly claimedAt: number;
  readonly untilMillis: number;
};

/** The time when the attempt that made a call claimed its event. */
function claimBefore({ attempt, beganAtMillis }: CallFact, facts: readonly Recorded[]): number {
  const claim = facts.find(
    (fact) => fact.kind === "ledger" && fact.operation === "claim" && fact.owner === attempt?.owner,
  );
  return claim?.atMillis ?? beganAtMillis;
}

function nameOf(topic: number | undefined): string {
  return topic === undefined ? "outside of topics" : `in topic ${topic}`;
}

/** A conversation's events must be in the conversation's own group in the queue. */
function inQueue({ world }: Evidence): Violation[] {
  const updateOf = new Map(world.telegramSide.updates.map((update) => [update.eventId, update]));
  return world.history.of("queued").flatMap(({ eventId, group }) => {
    const update = updateOf.get(eventId);
    if (update === undefined || group === conversationOf(update.chat)) return [];
    return [wrong(eventId, `queued in group ${group}`)];
  });
}

function inAmocrm({ world }: Evidence): Violation[] {
  const { amocrm, telegramSide } = world;
  const updateOf = new Map(
    telegramSide.updates.flatMap((update) => update.marks.map((mark) => [mark, update] as const)),
  );
  const misshown = amocrm.appeared.flatMap((message) => {
    const update = updateOf.get(marksIn(message.text)[0] ?? "");
    if (update === undefined) return [];
    const { eventId, chat, author } = update;
    if (message.conversationId !== conversationOf(chat)) {
      return [wrong(eventId, `shown in ${message.conversationId}`)];
    }
    return isWrittenBy(update, message)
      ? []
      : [wrong(eventId, `not shown as written by the ${author}`)];
  });
  const { messages } = amocrm.account;
  const misnamed = messages.flatMap(({ msgid = "", text, direction, silent, ...others }) => {
    if (direction === "operator") return [];
    const chat = chatOfConversation(others.conversationId);
    const customer = direction === "customer" ? others.sender : others.receiver;
    const wanted = customerIdOf(String(userOf(chat)));
    const isNamed = customer?.clientId === wanted;
    const isLoud = updateOf.get(marksIn(text)[0] ?? "")?.author === "administrator" && !silent;
    return [
      ...(isNamed ? [] : [wrong(msgid, `its customer is ${customer?.clientId}, not ${wanted}`)]),
      ...(isLoud ? [wrong(msgid, "an administrator's message notifies operators")] : []),
    ];
  });
  return [...misshown, ...misnamed];
}

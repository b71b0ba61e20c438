import { customerIdOf, messageNamedBy } from "../../../lambdas/model/ids.ts";
import type { SentHook } from "../world/amocrm-side.ts";
import { chatOfConversation, conversationOf, userOf } from "../world/customers.ts";
import type { AttemptFacts, CallFact, Recorded } from "../world/history.ts";
import { marksIn } from "../world/plan.ts";
import type { SentUpdate } from "../world/telegram-side.ts";
import { isSaidBy } from "./delivered.ts";
import type { Evidence, Violation } from "./evidence.ts";

/**
 * What is said stands where it belongs: in its conversation, in the topic of a private chat in which the
 * customer is, and in amoCRM under the name of who said it.
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

/** What amoCRM's history tells of an operator's message is not what it answers. */
function mayHaveLostQuote({ eventId, late }: AttemptFacts, cameBack: ReadonlySet<string>): boolean {
  return late === "reconciled" || (late === "redriven" && cameBack.has(eventId));
}

/** The customer's message that an operator's answers: of a long one, any piece names it. */
function quotedBy(
  { chat, quotes = "" }: Pick<SentHook, "chat" | "quotes"> = { chat: 0 },
  updates: readonly SentUpdate[],
): SentUpdate | undefined {
  const messageId = Number(messageNamedBy(quotes, conversationOf(chat)));
  return updates.find((update) => update.chat === chat && update.messageId === messageId);
}

/**
 * Where the customer may be for an answer: in the topic of the last message that was through when the attempt
 * began, or of one that they have written since.
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

/** When the attempt that made a call took its event in hand. */
function claimBefore({ attempt, beganAtMillis }: CallFact, facts: readonly Recorded[]): number {
  const claim = facts.find(
    (fact) => fact.kind === "ledger" && fact.operation === "claim" && fact.owner === attempt?.owner,
  );
  return claim?.atMillis ?? beganAtMillis;
}

function nameOf(topic: number | undefined): string {
  return topic === undefined ? "outside of topics" : `in topic ${topic}`;
}

/** The order of a conversation is that of its group in the queue. */
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
    return isSaidBy(update, message) ? [] : [wrong(eventId, `shown as not by the ${author}`)];
  });
  const { messages } = amocrm.account;
  const misnamed = messages.flatMap(({ msgid = "", text, direction, silent, ...said }) => {
    if (direction === "operator") return [];
    const chat = chatOfConversation(said.conversationId);
    const customer = direction === "customer" ? said.sender : said.receiver;
    const wanted = customerIdOf(String(userOf(chat)));
    const isNamed = customer?.clientId === wanted;
    const isLoud = updateOf.get(marksIn(text)[0] ?? "")?.author === "administrator" && !silent;
    return [
      ...(isNamed ? [] : [wrong(msgid, `its customer is ${customer?.clientId}, not ${wanted}`)]),
      ...(isLoud ? [wrong(msgid, "what an administrator wrote calls operators")] : []),
    ];
  });
  return [...misshown, ...misnamed];
}

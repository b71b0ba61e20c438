import type { Conversation } from "../model/conversation.ts";
import { chatOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { Decision } from "../delivery/attempt.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { whereNow } from "../conversation/topics.ts";
import { closeCrmTalkStep } from "./close-crm-talk.ts";
import { begun, stateBefore, stepOf } from "./states.ts";
import { bridgeEnvelope } from "../model/envelope.ts";
import type { ActiveConversations, ConversationStore } from "../model/stores.ts";
import type { Now, EventQueue, Logger } from "../model/runtime.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";
import type { CrmTalks } from "../model/crm.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { reasonOf } from "../delivery/record-failure.ts";

/** True for the operator's command that ends a talk. The customer does not get it. */
export function isEnd({ content }: OperatorEvent): boolean {
  return content.type === "text" && /^\/end\s*$/i.test(content.text);
}

/** Ends the talk, by the operator's command or after a day of silence. */
export function endTalk(
  { conversationId, eventId, why }: End,
  conversation: Conversation | undefined,
  entry: LedgerEntry,
  settings: Pick<BridgeSettings, "texts" | "closeTalks">,
): Decision {
  const step = stepOf(stateBefore(conversation, eventId), why);
  if (step.does !== "close" && begun(entry) !== "close") {
    // The bridge has understood the operator's command, so it reports the command as delivered.
    return why === "operator ends"
      ? { kind: "steps", steps: [{ name: "find-no-talk" }] }
      : { kind: "ignore", reason: "no talk with an operator is open" };
  }
  const chatId = chatOf(conversationId)?.chatId ?? "";
  const language = conversation?.languageChosen ?? conversation?.language ?? "en";
  const to = { conversationId, chatId, where: whereNow(conversation) };
  const message = { text: settings.texts[language].talkClosed };
  return {
    kind: "steps",
    steps: [
      { name: "close-talk", conversationId, eventId },
      // The bot takes over even when this message cannot reach the customer.
      { name: "say", to, message, skip: "any-failure" },
      ...(why === "a day of silence" ? closeCrmTalkStep(conversationId, settings) : []),
    ],
  };
}

type End = {
  readonly conversationId: string;
  readonly eventId: string;
  readonly why: "operator ends" | "a day of silence";
};

const hourMillis = 3_600_000;
export const silenceMillis = 24 * hourMillis;
/** Long enough to find a talk whose day of silence ended while the caretaker was away. */
const lookBackMillis = 30 * hourMillis;

/** The dependencies of finding talks to end. */
type TalkDependencies = {
  readonly active: ActiveConversations;
  readonly conversations: Pick<ConversationStore, "find">;
  readonly toAmocrm: EventQueue;
  readonly now: Now;
  readonly logger: Logger;
};

/**
 * Requests the end of talks after a day of silence, and returns how many. It only makes requests. A request
 * goes through the customer's queue, behind messages in flight, and the sender checks the talk again there.
 */
export async function closeSilent(deps: TalkDependencies): Promise<number> {
  const { toAmocrm, now, logger } = deps;
  let asked = 0;
  for await (const talk of openTalks(now() - lookBackMillis, deps)) {
    const { conversationId, lastActivityAtMillis = now() } = talk;
    if (now() - lastActivityAtMillis < silenceMillis) continue;
    const request = { kind: "silence", conversationId, lastActivityAtMillis } as const;
    const id = `silence:${conversationId}:${lastActivityAtMillis}`;
    await toAmocrm.put(bridgeEnvelope(request, { id, group: conversationId, nowMillis: now() }));
    asked += 1;
  }
  if (asked > 0) logger.info("SilentTalksEnding", { asked });
  return asked;
}

/** One round checks this many talks, with three calls each. The next round continues with the others. */
export const talksARound = 25;
const roundMillis = 5 * 60_000;
/** One talk may be gone. Several talks that cannot be read mean trouble of the main API. */
const mostFailures = 3;
/** The time limit of a round, so that the caretaker's run does not stop in the middle without its report. */
const timeoutMillis = 20_000;
/** amoCRM dates a message by the customer's clock, and may get the message late. */
const marginMillis = 3_600_000;

/**
 * Requests the end of talks that an operator has closed in amoCRM's own interface, and returns how many. No
 * hook of a channel reports that. It only makes requests. A request goes through the customer's queue, behind
 * messages in flight, and the sender checks the talk again there. Without an API token, or during a pause of
 * the main API, it checks nothing. When the main API is in trouble, it stops.
 */
export async function closeEnded(
  sinceMillis: number,
  deps: TalkDependencies & {
    readonly talks: Pick<CrmTalks, "isAvailable" | "newest">;
    readonly pauses: Pauses;
  },
): Promise<number> {
  const { talks, pauses, now, logger } = deps;
  if (!(await talks.isAvailable())) return 0;
  if ((await pauses.untilMillis("main-api")) > now()) return 0;
  let asked = 0;
  let failures = 0;
  const untilMillis = now() + timeoutMillis;
  for (const chat of inTurn(await endableTalks(sinceMillis, deps), now())) {
    if (now() > untilMillis) {
      logger.warn("TalksNotSeen", { reason: "the main API is slow" });
      break;
    }
    try {
      if (await endIfClosed(chat, deps)) asked += 1;
    } catch (error) {
      if (!isFailure(error)) throw error;
      logger.warn("TalksNotSeen", { reason: reasonOf(error) });
      failures += 1;
      if (error instanceof TransientFailure && error.isLimit) {
        const limitSign = { kind: "limit", atMillis: now(), group: chat.conversationId } as const;
        await pauses.record("main-api", limitSign, (error.retryAfterSeconds ?? 0) * 1000);
        break;
      }
      if (failures === mostFailures) break;
    }
  }
  if (asked > 0) logger.info("ClosedTalksEnding", { asked });
  return asked;
}

async function endIfClosed(
  { conversationId, amojoChatId, lastMessageAtMillis }: EndableTalk,
  { talks, toAmocrm, now }: Pick<Parameters<typeof closeEnded>[1], "talks" | "toAmocrm" | "now">,
): Promise<boolean> {
  const talk = await talks.newest(amojoChatId, lastMessageAtMillis - marginMillis);
  if (talk === undefined || talk.isOpen) return false;
  const closedAtMillis = talk.changedAtMillis;
  if (hasGoneOn({ lastMessageAtMillis }, closedAtMillis)) return false;
  const request = { kind: "talk_closed", conversationId, closedAtMillis } as const;
  const id = `closed:${conversationId}:${closedAtMillis}`;
  await toAmocrm.put(bridgeEnvelope(request, { id, group: conversationId, nowMillis: now() }));
  return true;
}

/** True when a message came after the operator closed a talk: amoCRM has opened another talk for it. */
export function hasGoneOn(
  { lastMessageAtMillis = 0 }: Pick<Conversation, "lastMessageAtMillis">,
  closedAtMillis: number,
): boolean {
  // amoCRM counts in whole seconds.
  return Math.floor(lastMessageAtMillis / 1000) > Math.floor(closedAtMillis / 1000);
}

/** The conversations that were active since then and have an open talk with operators. */
async function* openTalks(
  sinceMillis: number,
  { active, conversations }: Pick<TalkDependencies, "active" | "conversations">,
): AsyncGenerator<Conversation> {
  for await (const { conversationId } of active.since(sinceMillis)) {
    const conversation = await conversations.find(conversationId, { mayBeOld: true });
    const { handOff } = conversation ?? {};
    if (conversation && (handOff === "waiting" || handOff === "operator")) yield conversation;
  }
}

type EndableTalk = Pick<Conversation, "conversationId"> & {
  readonly amojoChatId: string;
  readonly lastMessageAtMillis: number;
};

async function endableTalks(
  sinceMillis: number,
  deps: Pick<TalkDependencies, "active" | "conversations">,
): Promise<readonly EndableTalk[]> {
  const found: EndableTalk[] = [];
  for await (const talk of openTalks(sinceMillis, deps)) {
    const { conversationId, amojoChatId, lastMessageAtMillis } = talk;
    if (amojoChatId === undefined || lastMessageAtMillis === undefined) continue;
    found.push({ conversationId, amojoChatId, lastMessageAtMillis });
  }
  return found;
}

/**
 * The talks of this round. When there are more than a round can check, each round begins where the last one
 * ended. Otherwise each round begins with another talk, because a slow round has time for some of them only.
 */
function inTurn(all: readonly EndableTalk[], nowMillis: number): readonly EndableTalk[] {
  const sorted = all.toSorted((one, other) => (one.conversationId < other.conversationId ? -1 : 1));
  const step = all.length > talksARound ? talksARound : 1;
  const first = (Math.floor(nowMillis / roundMillis) * step) % sorted.length;
  return [...sorted, ...sorted].slice(first, first + Math.min(sorted.length, talksARound));
}

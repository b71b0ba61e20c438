import { chatOf, isPrivateChat } from "../model/ids.ts";
import { ledgerDays, telegramMessagesOf } from "../model/ledger.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { OperatorEvent, OperatorReaction, OperatorTyping } from "../model/message.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { throwIfPaused } from "../delivery/rate-limits.ts";
import type { Decision, Late } from "../delivery/attempt.ts";
import type { EchoGuard } from "../customer-to-operator/echo.ts";
import { endTalk, isEnd } from "../hand-off/end.ts";
import { mayBeSurvey } from "../hand-off/close-crm-talk.ts";
import { touch } from "../conversation/open-conversation.ts";
import { stepOf } from "../hand-off/states.ts";
import { endWait } from "../waiting/wait.ts";
import type { WaitList } from "../model/stores.ts";
import { operatorToCustomer, refusalOf } from "./message.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { findInTelegram } from "../conversation/message-lookup.ts";
import type { TelegramMessageOf } from "../conversation/message-lookup.ts";
import type { Conversation } from "../model/conversation.ts";
import type { FoundOrder, Recipient } from "../delivery/step.ts";
import { lateNote } from "../texts/texts.ts";
import { whereNow, whereToAnswer } from "../conversation/topics.ts";
import type { Envelope } from "../model/envelope.ts";

/** The dependencies of deciding on an operator's message. */
export type OperatorAnswersDependencies = {
  readonly settings: BridgeSettings;
  readonly waits: WaitList;
  readonly lookups: {
    readonly echo: EchoGuard;
    /** True when a later message of the chat has gone out before this late one. */
    readonly isOutOfOrder: (event: OperatorEvent) => Promise<boolean>;
    readonly telegramMessageOf: TelegramMessageOf;
  };
  readonly now: Now;
  readonly logger: Logger;
};

/** Reads the data that an operator's message depends on, and decides the work. */
export async function operatorAnswers(
  event: OperatorEvent,
  hook: AcceptedHook,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: OperatorAnswersDependencies,
): Promise<Decision> {
  const { settings, lookups, now } = deps;
  const { telegramMessageOf } = lookups;
  const { conversationId } = event;
  const { id: eventId, redrive, late } = hook;
  if (conversationId === undefined || chatOf(conversationId) === undefined) {
    return operatorToCustomer(event, { conversation: undefined, nowMillis: now() }, settings);
  }
  const age = ageOfHook(event.sentAtMillis, hook, now());
  if (age === "too-old") return tooOld;
  let conversation = await conversations.find(conversationId);
  if (await lookups.echo.isEcho(event, conversation)) {
    return { kind: "ignore", reason: "our own words" };
  }
  throwIfPaused(conversation?.pausedUntilMillis, now());
  if (settings.hasBot && isEnd(event)) {
    const end = { conversationId, eventId, why: "operator ends" } as const;
    return endTalk(end, conversation, entry, settings);
  }
  await endWait(event, conversation, conversations, deps);
  if (conversation !== undefined) {
    const touched = touch(conversation, now(), settings.touchEveryMillis);
    const isTakenOver =
      settings.hasBot &&
      redrive === undefined &&
      !mayBeSurvey(event, conversation, settings, now());
    const moved = isTakenOver ? handOffNews(event, conversation, now()) : {};
    const news = { ...touched, ...moved };
    if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
  }
  const cameLate = age === "late";
  if (cameLate) deps.logger.warn("HookCameLate", { eventId });
  let order: FoundOrder | undefined;
  if (late !== undefined) {
    deps.logger.warn("LateEvent", { eventId, late });
    // A message that came late says its time in any order.
    if (!cameLate) order = orderOf(entry, redrive) ?? (await findOrder(event, redrive, lookups));
    // Read again: reading the history took time, and Telegram may have paused the chat meanwhile.
    conversation = await conversations.findAgain(conversationId);
    throwIfPaused(conversation?.pausedUntilMillis, now());
  }
  const { quote } = event;
  const isSent = refusalOf(event, conversation, settings) === undefined;
  const repliesTo =
    quote !== undefined && isSent
      ? await findInTelegram(quote, conversationId, conversation, telegramMessageOf)
      : undefined;
  const isLate = cameLate || order?.outcome === "out-of-order";
  const facts = { conversation, isLate, order, repliesTo, nowMillis: now() };
  return operatorToCustomer(event, facts, settings);
}

/** An operator's answer takes the talk over. */
function handOffNews(
  { sentAtMillis }: OperatorEvent,
  conversation: Conversation,
  nowMillis: number,
): Pick<Conversation, "handOff" | "lastMessageAtMillis"> {
  const { state } = stepOf(conversation.handOff, "operator answers");
  if (conversation.handOff === state) return {};
  const lastMessageAtMillis = Math.max(
    conversation.lastMessageAtMillis ?? 0,
    sentAtMillis ?? nowMillis,
  );
  return { handOff: state, lastMessageAtMillis };
}

/**
 * The order that an earlier attempt found; undefined while no message can have gone out since then. A person
 * who redrives an event has checked what went out, so a redriven event is checked again.
 */
function orderOf({ steps, ambiguous }: LedgerEntry, redrive = 0): FoundOrder | undefined {
  const { id, outcome } = steps.findLast(({ step }) => step === "check-order") ?? {};
  if (outcome !== "in-order" && outcome !== "out-of-order") return undefined;
  const mayHaveSent = ambiguous > 0 && (id ?? "0") === `${redrive}`;
  if (!mayHaveSent && telegramMessagesOf(steps).length === 0) return undefined;
  return { id: id ?? "0", outcome };
}

async function findOrder(
  event: OperatorEvent,
  redrive = 0,
  { isOutOfOrder }: OperatorAnswersDependencies["lookups"],
): Promise<FoundOrder> {
  return { id: `${redrive}`, outcome: (await isOutOfOrder(event)) ? "out-of-order" : "in-order" };
}

/** Decides on a reaction or a "typing", after reading the data for it. Parks a reaction that is too old. */
export async function operatorReactionOrTyping(
  event: OperatorReaction | OperatorTyping,
  hook: AcceptedHook,
  conversations: AttemptConversations,
  { settings, lookups, now }: OperatorAnswersDependencies,
): Promise<Decision> {
  const { conversationId = "" } = event;
  const { botId, chatId = "" } = chatOf(conversationId) ?? {};
  if (botId !== settings.botId) {
    const what = event.kind === "typing" ? "typing" : "a reaction";
    return { kind: "ignore", reason: `${what} in no chat of this bot` };
  }
  const conversation = await conversations.find(conversationId);
  const facts = { chat: { conversationId, chatId }, conversation, nowMillis: now() };
  if (event.kind === "typing") return operatorTyping(event, facts);
  const age = ageOfHook(event.sentAtMillis, hook, now());
  if (age === "too-old") return tooOld;
  throwIfPaused(conversation?.pausedUntilMillis, now());
  const { message } = event;
  const found = await findInTelegram(
    message,
    conversationId,
    conversation,
    lookups.telegramMessageOf,
  );
  const isLate = age === "late";
  return operatorReaction(event, { ...facts, isLate, telegramMessageId: found }, settings);
}

/** The chat of an operator's reaction or "typing", and the facts about it. */
type SignFacts = {
  readonly chat: Omit<Recipient, "where">;
  readonly conversation: Conversation | undefined;
  readonly nowMillis: number;
};

/**
 * Puts an operator's reaction on the message, or sends it as a line where Telegram does not take it. No
 * delivery status can report its end, and an answer must not wait for it. The line of a late reaction says
 * when the operator put it.
 */
export function operatorReaction(
  { emoji, sentAtMillis }: OperatorReaction,
  {
    chat,
    conversation,
    nowMillis,
    isLate,
    telegramMessageId,
  }: SignFacts & { readonly isLate: boolean; readonly telegramMessageId: string | undefined },
  { texts }: Pick<BridgeSettings, "texts">,
): Decision {
  const { language = "en" } = conversation ?? {};
  const note = isLate ? lateNote(sentAtMillis, nowMillis, texts[language]) : "";
  const to = { ...chat, where: whereToAnswer(conversation, telegramMessageId) };
  const inWords = `${note}${emoji ?? ""}`;
  return {
    kind: "steps",
    steps: [{ name: "react", to, telegramMessageId, emoji, inWords, skip: "refusal" }],
  };
}

/** Shows "Operator is typing" while it is true. It deserves no retry. */
export function operatorTyping(
  { untilSeconds }: OperatorTyping,
  { chat, conversation, nowMillis }: SignFacts,
): Decision {
  if (!isPrivateChat(chat.chatId)) {
    return {
      kind: "ignore",
      reason: "typing in direct messages of a channel, which do not show it",
    };
  }
  if (untilSeconds === undefined || untilSeconds * 1000 <= nowMillis) {
    return { kind: "ignore", reason: "typing that is over" };
  }
  const to = { ...chat, where: whereNow(conversation) };
  return { kind: "steps", steps: [{ name: "show-typing", to, skip: "any-failure" }] };
}

/** amoCRM sends hooks at once. To receivers that were slow it sends them somewhat later. */
const lateAfterMillis = 10 * 60_000;
const tooOldAfterMillis = ledgerDays * 86_400_000;

/** The facts about a hook that the hook itself does not say. */
export type AcceptedHook = Pick<Envelope, "id" | "redrive" | "receivedAtMillis"> & {
  readonly late?: Late | undefined;
};

/**
 * The age of a hook, by its own time.
 * - `too-old`: the ledger may have forgotten that the bridge carried the hook out before.
 * - `late`: it came so long after the operator wrote it that its reader should know the time.
 * - `in-time`: all others, also a hook without a time or from the future.
 */
export function ageOfHook(
  sentAtMillis: number | undefined,
  { receivedAtMillis, late, redrive }: AcceptedHook,
  nowMillis: number,
): "in-time" | "late" | "too-old" {
  if (sentAtMillis === undefined) return "in-time";
  // The person who redrives an event has decided that it shall go, at any age.
  if (redrive === undefined && nowMillis - sentAtMillis > tooOldAfterMillis) return "too-old";
  // The wait in our own queue does not count. An event that the caretaker found came when it was found.
  const isLate = late !== "reconciled" && receivedAtMillis - sentAtMillis > lateAfterMillis;
  return isLate ? "late" : "in-time";
}

const tooOld: Decision = {
  kind: "park",
  reason: "too-old",
  detail: `written more than ${ledgerDays} days ago`,
};

import { chatOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { OperatorEvent, OperatorReaction, OperatorTyping } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { AttemptConversations } from "./attempt-conversations.ts";
import { respectPause } from "./chat-pause.ts";
import type { Work } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { ageOfHook, tooOld } from "./hook-age.ts";
import type { AcceptedHook } from "./hook-age.ts";
import { endTalk, isEnd } from "./hand-off/end-by-operator.ts";
import { touch } from "./hand-off/touch.ts";
import { stepOf } from "./hand-off/transitions.ts";
import { operatorReaction, operatorTyping } from "./operator-signs.ts";
import { operatorToCustomer, refusalOf } from "./operator-to-customer.ts";
import type { BridgeSettings } from "./settings.ts";
import { findInTelegram } from "./telegram-message.ts";
import type { TelegramMessageOf } from "./telegram-message.ts";

/** What deciding on an operator's message needs from outside. */
export type OperatorAnswersDependencies = {
  readonly settings: BridgeSettings;
  readonly echo: EchoGuard;
  /** Has a later message of the chat gone out before this late one? */
  readonly isOvertaken: (event: OperatorEvent) => Promise<boolean>;
  readonly telegramMessageOf: TelegramMessageOf;
  readonly now: Now;
  readonly logger: Logger;
};

/** Reads what an operator's message depends on, and decides it. */
export async function operatorAnswers(
  event: OperatorEvent,
  hook: AcceptedHook,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: OperatorAnswersDependencies,
): Promise<Work> {
  const { settings, telegramMessageOf, now } = deps;
  const { conversationId } = event;
  const { id: eventId, redrive, late } = hook;
  if (conversationId === undefined || chatOf(conversationId) === undefined) {
    return operatorToCustomer(event, { conversation: undefined, nowMillis: now() }, settings);
  }
  const age = ageOfHook(event.sentAtMillis, hook, now());
  if (age === "too-old") return tooOld;
  let conversation = await conversations.find(conversationId);
  if (await deps.echo.isEcho(event, conversation)) {
    return { kind: "ignore", reason: "our own words" };
  }
  respectPause(conversation?.pausedUntilMillis, now());
  if (settings.hasBot && isEnd(event)) {
    const end = { conversationId, eventId, why: "operator ends" } as const;
    return endTalk(end, conversation, entry, settings);
  }
  if (settings.hasBot && conversation !== undefined) {
    const isNew = redrive === undefined;
    const { state } = stepOf(conversation.handOff, "operator answers");
    const { sentAtMillis = now() } = event;
    const spokeAtMillis = Math.max(conversation.spokeAtMillis ?? 0, sentAtMillis);
    const moved = isNew && conversation.handOff !== state ? { handOff: state, spokeAtMillis } : {};
    const news = { ...touch(conversation, now()), ...moved };
    if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
  }
  const cameLate = age === "late";
  if (cameLate) deps.logger.warn("HookCameLate", { eventId });
  let isLate = cameLate;
  if (late !== undefined) {
    deps.logger.warn("LateEvent", { eventId, late });
    isLate = cameLate || (await deps.isOvertaken(event));
    // Read again: the look into the history took its time, and the chat may have been paused meanwhile.
    conversation = await conversations.findAgain(conversationId);
    respectPause(conversation?.pausedUntilMillis, now());
  }
  const { quote } = event;
  const isSent = refusalOf(event, conversation, settings) === undefined;
  const repliesTo =
    quote !== undefined && isSent
      ? await findInTelegram(quote, conversationId, conversation, telegramMessageOf)
      : undefined;
  const facts = { conversation, isLate, repliesTo, nowMillis: now() };
  return operatorToCustomer(event, facts, settings);
}

/** Reads what a reaction or a "typing" depends on, and decides it; one that is too old is set aside. */
export async function operatorSigns(
  event: OperatorReaction | OperatorTyping,
  hook: AcceptedHook,
  conversations: AttemptConversations,
  { settings, telegramMessageOf, now }: OperatorAnswersDependencies,
): Promise<Work> {
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
  respectPause(conversation?.pausedUntilMillis, now());
  const { message } = event;
  const found = await findInTelegram(message, conversationId, conversation, telegramMessageOf);
  const isLate = age === "late";
  return operatorReaction(event, { ...facts, isLate, telegramMessageId: found }, settings);
}

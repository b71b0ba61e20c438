import type { Conversation } from "../model/conversation.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { BotAnswer, BotAnswers } from "../model/messenger.ts";
import type { Logger } from "../model/runtime.ts";
import type { Transcript } from "../model/stores.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import {
  inChosenLanguage,
  answerToPhone,
  askForPhone,
  plainWords,
  requested,
  sayAsBot,
} from "../conversation/say.ts";
import type { Words } from "../conversation/say.ts";
import { customerToOperator } from "../customer-to-operator/message.ts";
import type { AcceptedEvent, Decision } from "../delivery/attempt.ts";
import { reasonOf } from "../delivery/record-failure.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { withProfile } from "../conversation/profile.ts";
import { topicNews } from "../conversation/topics.ts";
import { closeByCustomer, catchUp, openForOperators, unseenNumbers } from "./transcript.ts";
import type { TalkSoFar } from "./transcript.ts";
import { begun, stateBefore, isEndOutOfOrder, stepOf } from "./states.ts";
import type { Begun } from "./states.ts";
import type { Step } from "../delivery/step.ts";
import { passedOn } from "../waiting/wait.ts";
import type { WaitingDependencies } from "../waiting/wait.ts";

/** The dependencies of the hand-off between bot and operators. */
export type HandOffDependencies = WaitingDependencies & {
  readonly bot: BotAnswers;
  readonly transcript: Transcript;
  readonly logger: Logger;
};

/** Reads the data that the hand-off of a customer's message depends on, and decides the work. */
export async function withHandOff(
  written: CustomerEvent,
  update: Uint8Array,
  accepted: AcceptedEvent,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: HandOffDependencies,
): Promise<Decision> {
  const { settings, transcript } = deps;
  const { conversationId } = written;
  const conversation = await conversations.find(conversationId);
  const news = topicNews(conversation, written);
  if (news.topics !== undefined) await conversations.update(conversationId, news);
  const event = inChosenLanguage(written, conversation);
  const turn = turnOf(event, conversation, accepted, entry);
  // An answer to the bridge's own question does not go to the bot.
  const isAsked = turn.asksBot && answerToPhone(event, conversation, settings).length === 0;
  const answer = isAsked ? await ask(event, update, deps) : silence;
  if (turn.step === "pass on" && isPress(event)) {
    await conversations.update(conversationId, { pressedBy: accepted.eventId });
  }
  const step = stepWith(answer, turn, conversation, entry);
  const unseen = showsPast(step) ? unseenNumbers(conversation?.unseenCount ?? 0) : [];
  const past = unseen.length === 0 ? [] : await transcript.get(conversationId, unseen);
  const talk = { conversation, transcript: past };
  const decision = handOff(event, step, talk, { accepted, answer }, settings);
  if (!goesToOperators(step)) return decision;
  const passed = await passedOn(decision, { event, accepted, entry }, conversations, deps);
  return withProfile(passed, event, conversation, settings, deps.now());
}

/** The step for a customer's message, as far as the bot's answer does not change it. */
export type Turn = {
  readonly step: Begun;
  readonly asksBot: boolean;
  /** The step when the bot's answer calls an operator. */
  readonly ifOperatorCalled?: Begun;
};

/** Decides whose turn it is. It continues what an earlier attempt has begun, whatever the state is by now. */
export function turnOf(
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { eventId, isRedriven }: AcceptedEvent,
  entry: LedgerEntry,
): Turn {
  const { command } = event;
  const step = begun(entry);
  if (step === "ask the bot" && command === "end") {
    // The bot gets no question: the earlier attempt answered that no talk is open.
    return { step: "say that nothing is open", asksBot: false };
  }
  if (step !== undefined) {
    const asksBot = step === "ask the bot" || (step === "open" && command !== "operator");
    return { step, asksBot };
  }
  // A person has sent the event again, so it goes to operators and not to the bot.
  const isEnd = command === "end";
  if (isRedriven || (isEnd && isEndOutOfOrder(conversation ?? {}, eventId))) {
    return { step: "pass on", asksBot: false };
  }
  const state = stateBefore(conversation, eventId);
  if (isEnd) return { step: stepOf(state, "customer ends").does, asksBot: false };
  const called = stepOf(state, "customer calls an operator").does;
  if (command === "operator") return { step: called, asksBot: false };
  const { does } = stepOf(state, "customer writes");
  // The bot has answered the message. The edit only goes into the transcript.
  if (does !== "ask the bot" || event.kind === "edit") return { step: does, asksBot: false };
  return { step: does, asksBot: true, ifOperatorCalled: called };
}

/** The step, once the bot's answer is known. */
export function stepWith(
  { callsOperator }: BotAnswer,
  { step, ifOperatorCalled = step }: Turn,
  conversation: Conversation | undefined,
  entry: LedgerEntry,
): Begun {
  const does = callsOperator ? ifOperatorCalled : step;
  return does === "pass on" && !isCaughtUp(conversation, entry) ? "catch up" : does;
}

function goesToOperators(step: Begun): boolean {
  return step === "open" || step === "catch up" || step === "pass on";
}

function showsPast(step: Begun): boolean {
  return step === "open" || step === "catch up" || step === "close";
}

/** The work for a customer's message, where a bot answers until the customer or the bot calls an operator. */
export function handOff(
  event: CustomerEvent,
  step: Begun,
  talk: TalkSoFar,
  { accepted, answer }: { readonly accepted: AcceptedEvent; readonly answer: BotAnswer },
  settings: BridgeSettings,
): Decision {
  const { conversation } = talk;
  const { acceptedAtMillis } = accepted;
  switch (step) {
    case "catch up":
      return catchUp(event, talk, accepted, settings);
    case "pass on":
      return customerToOperator(withoutGreeting(event), acceptedAtMillis, conversation, settings);
    case "ask the bot": {
      const words = [
        ...answer.requests.map(requested),
        ...answerToPhone(event, conversation, settings),
        ...(event.command === "start"
          ? askForPhone("at-start", event, conversation, settings)
          : []),
      ];
      return answerAsBot(event, words, acceptedAtMillis);
    }
    case "open":
      return openForOperators(event, talk, accepted, answer, settings);
    case "close":
      return closeByCustomer(event, talk.transcript, accepted, settings);
    case "say that nothing is open": {
      // This is part of the talk with the bot, like any other message to the bot.
      const words = plainWords(settings.texts[event.customer.language].nothingOpen);
      return answerAsBot(event, [words], acceptedAtMillis);
    }
  }
}

const silence: BotAnswer = { requests: [], callsOperator: false };

/** Only a button press has no time. */
function isPress({ sentAtSeconds, kind }: CustomerEvent): boolean {
  return kind === "message" && sentAtSeconds === undefined;
}

/** A bot that fails has no answer, so an operator has to answer. */
async function ask(
  event: CustomerEvent,
  update: Uint8Array,
  { bot, logger }: HandOffDependencies,
): Promise<BotAnswer> {
  try {
    return await bot.answer(update, event.customer.language);
  } catch (error) {
    const { conversationId } = event;
    logger.error("BotFailed", { conversationId, reason: reasonOf(error) });
    return { requests: [], callsOperator: true };
  }
}

/** False when an operator may have taken the talk over before the bridge showed its past. */
function isCaughtUp(conversation: Conversation | undefined, { steps }: LedgerEntry): boolean {
  return steps.length > 0 || (conversation?.unseenCount ?? 0) === 0;
}

/** Operators answer now, so a command is a message like any other. */
function withoutGreeting(event: CustomerEvent): CustomerEvent {
  const { command, ...message } = event;
  return command === undefined ? event : message;
}

/**
 * Sends the bot's words like any message, and keeps the exchange for operators. It links a number that the
 * customer shared at once, so that the chat has its contact before operators see anything in it. The talk
 * with the bot does not wait for amoCRM: a link that fails here follows when the bridge shows the message.
 */
function answerAsBot(
  event: CustomerEvent,
  words: readonly Words[],
  acceptedAtMillis: number,
): Decision {
  const replies = words.map((each) => sayAsBot(event, each, "answer-as-bot"));
  const link: Step[] =
    event.ownPhone === undefined ? [] : [{ name: "link-phone", event, skip: "any-failure" }];
  const texts = words.map(({ text }) => text);
  const remember: Step = { name: "remember-exchange", event, acceptedAtMillis, texts };
  return { kind: "steps", steps: [...replies, ...link, remember] };
}

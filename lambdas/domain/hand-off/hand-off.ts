import type { Conversation } from "../../model/conversation.ts";
import type { HandOff } from "../../model/hand-off.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer, BotAnswers } from "../../ports/bot-answers.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Transcript } from "../../ports/transcript.ts";
import { inChosenLanguage } from "../choose-language.ts";
import { customerToOperator } from "../customer-to-operator.ts";
import type { CustomerToOperatorDependencies } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { answerToPhone, askForPhone } from "../phone-talk.ts";
import { plainWords, requested } from "../say-as-bot.ts";
import { reasonOf } from "../settle.ts";
import { nothingOpen } from "../texts.ts";
import { topicNews } from "../topics.ts";
import { answerAsBot } from "./ask-bot.ts";
import { closeByCustomer } from "./close.ts";
import { catchUp, openForOperators } from "./open.ts";
import { begun, stateBefore } from "./move.ts";
import { isEndOvertaken } from "./overtaken-end.ts";
import { stepOf } from "./transitions.ts";

/** What the hand-off between bot and operators needs from outside. */
export type HandOffDependencies = CustomerToOperatorDependencies & {
  readonly bot: BotAnswers;
  readonly transcript: Transcript;
  readonly logger: Logger;
};

/** How the queue took an event. */
export type Accepted = {
  readonly eventId: string;
  readonly acceptedAtMillis: number;
  /** A person has sent it again: it is for people, not for the bot. */
  readonly isRedriven: boolean;
};

/** A customer's message, where a bot answers until an operator is called. */
export async function withHandOff(
  said: CustomerEvent,
  update: Uint8Array,
  accepted: Accepted,
  entry: LedgerEntry,
  deps: HandOffDependencies,
): Promise<Work> {
  const { acceptedAtMillis } = accepted;
  const conversation = await deps.conversations.find(said.conversationId);
  const news = topicNews(conversation, said);
  if (news.topics !== undefined) await deps.conversations.update(said.conversationId, news);
  const event = inChosenLanguage(said, conversation);
  const ofPhone = answerToPhone(event, conversation, deps);
  // What answers the bridge's own question is no question to the bot.
  const asked = async () => (ofPhone.length > 0 ? silence : ask(event, update, deps));
  const { step, answer } =
    (await goneOnWith(event, entry, asked)) ??
    (accepted.isRedriven ? forPeople : undefined) ??
    (event.command === "end" && isEndOvertaken(conversation ?? {}, accepted.eventId)
      ? forPeople
      : undefined) ??
    (await stepFor(event, stateBefore(conversation, accepted.eventId), asked));
  switch (step) {
    case "catch up":
      return catchUp(event, conversation, accepted, deps);
    case "pass on":
      if (isPress(event)) {
        await deps.conversations.update(event.conversationId, { pressedBy: accepted.eventId });
      }
      return isCaughtUp(conversation, entry)
        ? customerToOperator(withoutGreeting(event), acceptedAtMillis, deps, conversation)
        : catchUp(event, conversation, accepted, deps);
    case "ask the bot": {
      const words = [
        ...answer.requests.map((request) => requested(event, request, deps)),
        ...ofPhone,
        ...(event.command === "start" ? askForPhone("at-start", event, conversation, deps) : []),
      ];
      return answerAsBot(event, words, accepted, deps);
    }
    case "open":
      return openForOperators(event, conversation, accepted, answer, deps);
    case "close":
      return closeByCustomer(event, conversation, accepted, deps);
    case "say that nothing is open": {
      // Part of the talk with the bot, as any other words to it.
      const words = plainWords(nothingOpen(event.customer.language), event, deps);
      return answerAsBot(event, [words], accepted, deps);
    }
  }
}

const forPeople = { step: "pass on", answer: { requests: [], callsOperator: false } } as const;
const silence: BotAnswer = { requests: [], callsOperator: false };

/** A press alone has no time. */
function isPress({ sentAtSeconds, kind }: CustomerEvent): boolean {
  return kind === "message" && sentAtSeconds === undefined;
}

/** What an earlier attempt has begun is gone on with, whatever the conversation has come to. */
async function goneOnWith(
  { command }: CustomerEvent,
  entry: LedgerEntry,
  asked: () => Promise<BotAnswer>,
) {
  const step = begun(entry);
  if (step === undefined) return undefined;
  const isBots = step === "ask the bot" || (step === "open" && command !== "operator");
  return { step, answer: isBots ? await asked() : silence };
}

async function stepFor(
  event: CustomerEvent,
  state: HandOff | undefined,
  asked: () => Promise<BotAnswer>,
) {
  if (event.command === "end") {
    return { step: stepOf(state, "customer ends").does, answer: silence };
  }
  const called = stepOf(state, "customer calls an operator").does;
  if (event.command === "operator") return { step: called, answer: silence };
  const { does } = stepOf(state, "customer writes");
  // The bot has answered the message; its edit is for whoever reads the transcript.
  if (does !== "ask the bot" || event.kind === "edit") return { step: does, answer: silence };
  const answer = await asked();
  return { step: answer.callsOperator ? called : does, answer };
}

/** A bot that fails has no answer: then a person has to. */
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

/** An operator may have taken the talk over before its past was shown. */
function isCaughtUp(conversation: Conversation | undefined, { steps }: LedgerEntry): boolean {
  return steps.length > 0 || (conversation?.saidCount ?? 0) === 0;
}

/** Operators answer now: a command is a message like any other. */
function withoutGreeting(event: CustomerEvent): CustomerEvent {
  const { command, ...message } = event;
  return command === undefined ? event : message;
}

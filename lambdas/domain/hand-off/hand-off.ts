import type { Conversation } from "../../model/conversation.ts";
import type { Language } from "../../model/language.ts";
import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer, BotAnswers } from "../../ports/bot-answers.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Transcript } from "../../ports/transcript.ts";
import { customerToOperator } from "../customer-to-operator.ts";
import type { CustomerToOperatorDependencies } from "../customer-to-operator.ts";
import type { Work } from "../delivery.ts";
import { sayAsBot } from "../say-as-bot.ts";
import { reasonOf } from "../settle.ts";
import { nothingOpen } from "../texts.ts";
import { answerAsBot } from "./ask-bot.ts";
import { closeByCustomer } from "./close.ts";
import { openForOperators } from "./open.ts";
import { stepOf } from "./transitions.ts";

/** What the hand-off between bot and operators needs from outside. */
export type HandOffDependencies = CustomerToOperatorDependencies & {
  readonly bot: BotAnswers;
  readonly transcript: Transcript;
  readonly logger: Logger;
};

/** A customer's message, where a bot answers until an operator is called. */
export async function withHandOff(
  event: CustomerEvent,
  update: Uint8Array,
  acceptedAtMillis: number,
  deps: HandOffDependencies,
): Promise<Work> {
  const conversation = await deps.conversations.find(event.conversationId);
  const { step, answer } = await stepFor(event, update, conversation, deps);
  switch (step) {
    case "pass on":
      return customerToOperator(withoutGreeting(event), acceptedAtMillis, deps);
    case "ask the bot":
      return answerAsBot(event, answer, acceptedAtMillis, deps);
    case "open":
      return openForOperators(event, conversation, acceptedAtMillis, deps);
    case "close":
      return closeByCustomer(event, acceptedAtMillis, deps);
    case "say that nothing is open": {
      const text = nothingOpen(languageOf(event, conversation));
      const send = () => deps.messenger.sendText(event.chatId, text);
      return { kind: "parts", parts: [sayAsBot(event, send, deps)] };
    }
  }
}

/** The language a customer chose, else that of their Telegram. */
export function languageOf(
  { customer }: Pick<CustomerEvent, "customer">,
  conversation: Conversation | undefined,
): Language {
  return conversation?.languageChosen ?? customer.language;
}

const silence: BotAnswer = { requests: [], callsOperator: false };

async function stepFor(
  event: CustomerEvent,
  update: Uint8Array,
  conversation: Conversation | undefined,
  deps: HandOffDependencies,
) {
  const state = conversation?.handOff;
  if (event.command === "end") {
    return { step: stepOf(state, "customer ends").does, answer: silence };
  }
  if (event.command === "operator") {
    return { step: stepOf(state, "customer calls an operator").does, answer: silence };
  }
  const { does } = stepOf(state, "customer writes");
  // The bot has answered the message; its edit is for whoever reads the transcript.
  if (does !== "ask the bot" || event.kind === "edit") return { step: does, answer: silence };
  const answer = await asked(event, update, conversation, deps);
  const isCalled = answer.callsOperator;
  return { step: isCalled ? stepOf(state, "customer calls an operator").does : does, answer };
}

/** A bot that fails has no answer: then a person has to. */
async function asked(
  event: CustomerEvent,
  update: Uint8Array,
  conversation: Conversation | undefined,
  { bot, logger }: HandOffDependencies,
): Promise<BotAnswer> {
  try {
    return await bot.answer(update, languageOf(event, conversation));
  } catch (error) {
    const { conversationId } = event;
    logger.error("BotFailed", { conversationId, reason: reasonOf(error) });
    return { requests: [], callsOperator: true };
  }
}

/** Operators answer now: a command is a message like any other. */
function withoutGreeting({ command: _, ...event }: CustomerEvent): CustomerEvent {
  return event;
}

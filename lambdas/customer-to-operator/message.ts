import type { Conversation } from "../model/conversation.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { BotCommand, CustomerEvent, Piece } from "../model/message.ts";
import type { Decision } from "../delivery/attempt.ts";
import { keptBy, largestFromCustomerBytes } from "./keep-file.ts";
import {
  answerToPhone,
  askForPhone,
  plainWords,
  sayAndShow,
  sayAsBot,
} from "../conversation/say.ts";
import { piecesOf } from "./content.ts";
import { textsForOperators } from "../delivery/settings.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Step } from "../delivery/step.ts";
import { sendFileAnew } from "../texts/texts.ts";

/** Commands that the bridge answers itself when there is no bot. */
const greeted: ReadonlySet<BotCommand> = new Set(["start", "help", "operator"]);

/** Reasons why the bridge did not carry over a file. The customer gets one notice for each reason. */
const reasons = ["tooLarge", "unavailable"] as const;

/**
 * The steps for a customer's message. They keep its files and show the message in the amoCRM chat.
 * They tell the customer about a file that did not come over. After a command, they send the bot's
 * greeting. When the stage asks for phone numbers, they also do that part.
 */
export function customerToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  conversation: Conversation | undefined,
  settings: BridgeSettings,
): Decision {
  // "Start" is not a request yet. The first real message makes the lead and the notification.
  const isSilent = event.command === "start";
  const steps = stepsShowing(event, acceptedAtMillis, { isSilent }, settings);
  const isGreeted = event.command !== undefined && greeted.has(event.command);
  const atMillis = sentAtMillisOf(event, acceptedAtMillis);
  const { greeting } = settings.texts[event.customer.language];
  const greetings = isGreeted ? sayAndShow(event, plainWords(greeting), atMillis, settings) : [];
  const ofPhone = [
    ...answerToPhone(event, conversation, settings),
    ...(event.command === "start" ? askForPhone("at-start", event, conversation, settings) : []),
    ...(event.command === "operator"
      ? askForPhone("when-called", event, conversation, settings)
      : []),
  ];
  const { ownPhone: _, ...chat } = event;
  const phoneAnswers = ofPhone.flatMap((words) => sayAndShow(chat, words, atMillis, settings));
  const answers = [...greetings, ...phoneAnswers];
  const hasFiles = [event.content, ...(event.further ?? [])].some(({ type }) => type === "media");
  if (!hasFiles) return { kind: "steps", steps: [...steps.map((step) => step([])), ...answers] };
  const next = (done: readonly StepRecord[]): Step | undefined => {
    const step = steps[done.length];
    if (step !== undefined) return step(done);
    const kept = done.filter(({ step: name }) => name === "keep-file").map(keptBy);
    const notices = reasons
      .filter((why) => kept.some((each) => "why" in each && each.why === why))
      .map((why) => fileNotCarried(why, event, conversation, settings));
    return [...notices, ...answers][done.length - steps.length];
  };
  return { kind: "steps", steps: next };
}

/** A step that depends on the records of the steps before it. */
export type LaterStep = (done: readonly StepRecord[]) => Step;

/** The steps that show a customer's message, piece by piece, each file kept before it is shown. */
export function stepsShowing(
  event: CustomerEvent,
  acceptedAtMillis: number,
  { isSilent }: { readonly isSilent: boolean },
  settings: BridgeSettings,
): readonly LaterStep[] {
  const firstAtMillis = sentAtMillisOf(event, acceptedAtMillis);
  const { canSpeakAsBot } = settings;
  const texts = textsForOperators(settings);
  const isAmongCustomers = event.isOutgoing === true && !canSpeakAsBot;
  const heading = isAmongCustomers ? { heading: texts.byAdministrator } : {};
  const pieces = piecesOf({ ...event, ...heading }, texts);
  return pieces.flatMap((piece): LaterStep[] => {
    const sentAtMillis = pieceSentAtMillis(piece, firstAtMillis);
    const isLast = piece.number === pieces.length;
    const shown = { name: "show-message", event, piece, isLast, sentAtMillis, isSilent } as const;
    const { content } = piece;
    if (content.type !== "media") return [() => shown];
    return [
      () => ({ name: "keep-file", media: content.media }),
      (done) => {
        const keeping = done.at(-1);
        return keeping?.step === "keep-file" ? { ...shown, kept: keptBy(keeping) } : shown;
      },
    ];
  });
}

/**
 * The steps for a message that a channel's administrator wrote to a customer outside the bridge. The bridge
 * shows it silently. It is outgoing when the channel has a bot in amoCRM. Without a bot, amoCRM accepts no
 * outgoing message from us. Then it stands among the customer's messages, under a line that names its author.
 */
export function outgoingToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  settings: BridgeSettings,
): Decision {
  const steps = stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings);
  return { kind: "steps", steps: (done) => steps[done.length]?.(done) };
}

/** The time of a piece, within the second of the message: no piece comes after the next message. */
function pieceSentAtMillis({ number }: Piece, firstAtMillis: number): number {
  const endOfSecond = Math.floor(firstAtMillis / 1000) * 1000 + 999;
  return Math.min(firstAtMillis + number - 1, endOfSecond);
}

/** The time that operators see for this message. The bot's answer has the same time. */
export function sentAtMillisOf({ sentAtSeconds }: CustomerEvent, acceptedAtMillis: number): number {
  if (sentAtSeconds === undefined) return acceptedAtMillis;
  return estimateSentAtMillis(sentAtSeconds, acceptedAtMillis);
}

/** Tells the customer. It may be skipped: the operator knows already, and the next message must not wait. */
function fileNotCarried(
  why: (typeof reasons)[number],
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { texts }: BridgeSettings,
): Step {
  const language = conversation?.languageChosen ?? event.customer.language;
  const text = sendFileAnew(why, largestFromCustomerBytes, texts[language]);
  return { ...sayAsBot(event, plainWords(text)), skip: "any-after-two-failures" };
}

/**
 * Estimates the millisecond of a message when its source gives only the second. The result lies
 * inside that second. The later the queue accepted the message, the higher the result. The queue
 * accepts the messages of a chat in order, so the result never falls within a chat. A redrive gives
 * another result, because the queue accepts the message anew. So no id may contain it.
 */
export function estimateSentAtMillis(second: number, acceptedAtMillis: number): number {
  const delayMillis = Math.max(0, acceptedAtMillis - second * 1000);
  return second * 1000 + Math.floor((999 * delayMillis) / (delayMillis + 1000));
}

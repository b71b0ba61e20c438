import type { Conversation } from "../model/conversation.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { BotCommand, CustomerEvent, Piece } from "../model/message.ts";
import type { Work } from "../delivery/attempt.ts";
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

/** Commands that the bridge itself answers where there is no bot. */
const greeted: ReadonlySet<BotCommand> = new Set(["start", "help", "operator"]);

/** Why a file did not come over; the customer is told once of each. */
const reasons = ["tooLarge", "unavailable"] as const;

/**
 * What a customer's message asks for: its files kept, the message itself in the amoCRM chat, a word
 * to a customer one of whose files did not come over and, after a command, the bot's greeting; where the stage asks
 * for numbers, also what belongs to that.
 */
export function customerToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  conversation: Conversation | undefined,
  settings: BridgeSettings,
): Work {
  // Pressing "start" is no request yet: the first real message makes lead and notification.
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
  const said = ofPhone.flatMap((words) => sayAndShow(chat, words, atMillis, settings));
  const answers = [...greetings, ...said];
  const hasFiles = [event.content, ...(event.further ?? [])].some(({ type }) => type === "media");
  if (!hasFiles) return { kind: "steps", steps: [...steps.map((step) => step([])), ...answers] };
  const next = (done: readonly StepRecord[]): Step | undefined => {
    const step = steps[done.length];
    if (step !== undefined) return step(done);
    const kept = done.filter(({ step: name }) => name === "keep-file").map(keptBy);
    const told = reasons
      .filter((why) => kept.some((each) => "why" in each && each.why === why))
      .map((why) => fileNotCarried(why, event, conversation, settings));
    return [...told, ...answers][done.length - steps.length];
  };
  return { kind: "steps", steps: next };
}

/** One step of several, by the records of those before it. */
export type LaterStep = (done: readonly StepRecord[]) => Step;

/** How a customer's message is shown: piece by piece, each file kept before. */
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
 * What an administrator of a channel wrote to a customer past the bridge: shown silently, as outgoing where
 * the channel has a bot in amoCRM. Where it has none amoCRM takes nothing outgoing from us: it stands among
 * the customer's words, under a line that says whose it is.
 */
export function outgoingToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  settings: BridgeSettings,
): Work {
  const steps = stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings);
  return { kind: "steps", steps: (done) => steps[done.length]?.(done) };
}

/** Pieces of a message stand one after the other, within its second: none falls behind the next message. */
function pieceSentAtMillis({ number }: Piece, firstAtMillis: number): number {
  const endOfSecond = Math.floor(firstAtMillis / 1000) * 1000 + 999;
  return Math.min(firstAtMillis + number - 1, endOfSecond);
}

/** When operators see that a customer said this; what the bot answers stands at the same moment. */
export function sentAtMillisOf({ sentAtSeconds }: CustomerEvent, acceptedAtMillis: number): number {
  if (sentAtSeconds === undefined) return acceptedAtMillis;
  return estimateSentAtMillis(sentAtSeconds, acceptedAtMillis);
}

/** The operator knows it already, and the next message must not wait for this one. */
function fileNotCarried(
  why: (typeof reasons)[number],
  event: CustomerEvent,
  conversation: Conversation | undefined,
  { texts }: BridgeSettings,
): Step {
  const language = conversation?.languageChosen ?? event.customer.language;
  const text = sendFileAnew(why, largestFromCustomerBytes, texts[language]);
  return { ...sayAsBot(event, plainWords(text)), skip: "second-failure" };
}

/**
 * The millisecond of a message whose source tells only the second: inside that second, and the
 * later the queue accepted the message the higher, so that it never falls within a chat (messages
 * of a chat are accepted in order). A pure function of the source: every attempt says the same.
 */
export function estimateSentAtMillis(second: number, acceptedAtMillis: number): number {
  const delayMillis = Math.max(0, acceptedAtMillis - second * 1000);
  return second * 1000 + Math.floor((999 * delayMillis) / (delayMillis + 1000));
}

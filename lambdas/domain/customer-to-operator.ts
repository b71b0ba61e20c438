import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Conversation } from "../model/conversation.ts";
import type { MessageContent } from "../model/content.ts";
import type { Language } from "../model/language.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { BotCommand, CustomerEvent } from "../model/message.ts";
import type { AskPhone } from "../model/ask-phone.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { CustomerFiles, MediaStore } from "../ports/files.ts";
import type { ShownPieces } from "../ports/shown-pieces.ts";
import { respectPause } from "./chat-pause.ts";
import type { Step, Work } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { greet } from "./greet.ts";
import { editCustomers } from "./edit-in-crm.ts";
import { keepMedia, keptBy, largestFromCustomerBytes } from "./keep-media.ts";
import { momentWithin } from "./moment.ts";
import type { OpenConversation } from "./open-conversation.ts";
import { answerToPhone, askForPhone } from "./phone-talk.ts";
import { sayAndShow } from "./say-as-bot.ts";
import type { SentMessages } from "./sent-messages.ts";
import { piecesOf } from "./pieces.ts";
import type { Piece } from "./pieces.ts";
import { authorOf, showCustomers } from "./show-in-crm.ts";
import { byAdministrator, sendFileAnew } from "./texts.ts";

/** Commands that the bridge itself answers where there is no bot. */
const greeted: ReadonlySet<BotCommand> = new Set(["start", "help", "operator"]);

/** Why a file did not come over; the customer is told once of each. */
const reasons = ["tooLarge", "unavailable"] as const;

/** What carrying a customer's message needs from outside. */
export type CustomerToOperatorDependencies = {
  readonly crm: CrmChat;
  readonly messenger: CustomerMessenger;
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly askPhone: AskPhone;
  readonly openConversation: OpenConversation;
  readonly conversations: ConversationStore;
  readonly sentMessages: SentMessages;
  readonly files: CustomerFiles;
  readonly mediaStore: MediaStore;
  readonly shownPieces: ShownPieces;
  readonly echo: EchoGuard;
  readonly now: Now;
};

/**
 * What a customer's message asks for: its files kept, the message itself in the amoCRM chat, a word
 * to a customer one of whose files did not come over and, after a command, the bot's greeting; where the stage asks
 * for numbers, also what belongs to that.
 */
export function customerToOperator(
  event: CustomerEvent,
  acceptedAtMillis: number,
  deps: CustomerToOperatorDependencies,
  /** Needed of a command or a shared contact only. */
  known?: Conversation,
): Work {
  // Pressing "start" is no request yet: the first real message makes lead and notification.
  const isSilent = event.command === "start";
  const steps = stepsShowing(event, acceptedAtMillis, { isSilent }, deps);
  const isGreeted = event.command !== undefined && greeted.has(event.command);
  const atMillis = momentOf(event, acceptedAtMillis);
  const greeting = isGreeted ? greet(event, atMillis, deps) : [];
  const ofPhone = [
    ...answerToPhone(event, known, deps),
    ...(event.command === "start" ? askForPhone("at-start", event, known, deps) : []),
    ...(event.command === "operator" ? askForPhone("when-called", event, known, deps) : []),
  ];
  const { ownPhone: _, ...chat } = event;
  const said = ofPhone.flatMap((words) => sayAndShow(chat, words, atMillis, deps));
  const answers = [...greeting, ...said];
  const hasFiles = [event.content, ...(event.further ?? [])].some(({ type }) => type === "media");
  if (!hasFiles) return { kind: "steps", steps: [...steps.map((step) => step([])), ...answers] };
  const next = (done: readonly StepRecord[]): Step | undefined => {
    const step = steps[done.length];
    if (step !== undefined) return step(done);
    const kept = done.filter(({ step: name }) => name === "keep-file").map(keptBy);
    const told = reasons
      .filter((why) => kept.some((each) => "why" in each && each.why === why))
      .map((why) => tellNotKept(why, event, deps));
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
  deps: CustomerToOperatorDependencies,
): readonly LaterStep[] {
  const firstAtMillis = momentOf(event, acceptedAtMillis);
  const { operatorLanguage } = deps;
  const isByBot = authorOf(event, deps) === "bot";
  const heading =
    event.isOutgoing === true && !isByBot ? { heading: byAdministrator(operatorLanguage) } : {};
  const pieces = piecesOf({ ...event, ...heading }, operatorLanguage);
  return pieces.flatMap((piece): LaterStep[] => {
    const sentAtMillis = momentOfPiece(piece, firstAtMillis);
    const isLast = piece.number === pieces.length;
    const show = (keeping?: StepRecord): Step => ({
      name: "show-message",
      run(entry) {
        const kept = keeping === undefined ? undefined : keptBy(keeping);
        const said = { event, piece, sentAtMillis, isSilent, kept };
        const carry = () =>
          event.kind === "edit"
            ? editCustomers({ ...said, isLast }, entry, deps)
            : showCustomers(said, entry, deps);
        // As any words that amoCRM has for the customer, it must not come back as an operator's.
        return isByBot
          ? deps.echo.importing(event.conversationId, wordsIn(piece.content), carry)
          : carry();
      },
    });
    const { content } = piece;
    if (content.type !== "media") return [() => show()];
    return [() => keepMedia(content.media, deps), (done) => show(done.at(-1))];
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
  deps: CustomerToOperatorDependencies,
): Work {
  const steps = stepsShowing(event, acceptedAtMillis, { isSilent: true }, deps);
  return { kind: "steps", steps: (done) => steps[done.length]?.(done) };
}

function wordsIn(content: MessageContent): string {
  return content.type === "text" ? content.text : "";
}

/** Pieces of a message stand one after the other, within its second: none falls behind the next message. */
function momentOfPiece({ number }: Piece, firstAtMillis: number): number {
  const endOfSecond = Math.floor(firstAtMillis / 1000) * 1000 + 999;
  return Math.min(firstAtMillis + number - 1, endOfSecond);
}

/** When operators see that a customer said this; what the bot answers stands at the same moment. */
export function momentOf({ sentAtSeconds }: CustomerEvent, acceptedAtMillis: number): number {
  if (sentAtSeconds === undefined) return acceptedAtMillis;
  return momentWithin(sentAtSeconds, acceptedAtMillis);
}

function tellNotKept(
  why: (typeof reasons)[number],
  event: CustomerEvent,
  deps: CustomerToOperatorDependencies,
): Step {
  const { messenger, conversations, now } = deps;
  return {
    name: "say",
    async run() {
      const conversation = await conversations.find(event.conversationId);
      respectPause(conversation?.pausedUntilMillis, now());
      const language = conversation?.languageChosen ?? event.customer.language;
      const text = sendFileAnew(why, largestFromCustomerBytes, language);
      return { id: await messenger.sendText(event.chatId, text, event.where) };
    },
    beforeRepeat: () => messenger.touchChat(event.chatId, event.where),
    // The operator knows it already, and the next message must not wait for this one.
    skipAfter: (error, { attempts }) =>
      error instanceof PermanentFailure || !(error instanceof TransientFailure) || attempts > 1,
  };
}

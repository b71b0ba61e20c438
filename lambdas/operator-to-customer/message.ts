import type { Conversation } from "../model/conversation.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { StepRecord } from "../model/ledger.ts";
import { labelsOf, withButtonsInWords } from "../model/content.ts";
import type { Media, MessageContent } from "../model/content.ts";
import { chatOf } from "../model/ids.ts";
import type { OperatorEvent } from "../model/message.ts";
import { visibleName } from "../model/visible-name.ts";
import type { Decision } from "../delivery/attempt.ts";
import { fileStep } from "./file.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { splitText } from "../texts/split-text.ts";
import type { FoundOrder, Recipient, Step, StepOf } from "../delivery/step.ts";
import { lateNote, quoted } from "../texts/texts.ts";
import type { Texts } from "../texts/catalogue.ts";
import { isOtherTopic, whereToAnswer } from "../conversation/topics.ts";

/** Limits of the Bot API, in UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;
const maxCaptionLength = 1024;

/** The facts about an operator's message that the message itself does not say. */
export type OperatorMessageFacts = {
  readonly conversation: Conversation | undefined;
  /** The message is so late that it must say when the operator wrote it. */
  readonly isLate?: boolean | undefined;
  /** Undefined for a message that is in its place. */
  readonly order?: FoundOrder | undefined;
  /** The Telegram message that it answers, when the bridge found it. */
  readonly repliesTo?: string | undefined;
  readonly nowMillis: number;
};

/** The work for an operator's message: its file and text, in as many messages as Telegram needs. */
export function operatorToCustomer(
  event: OperatorEvent,
  facts: OperatorMessageFacts,
  settings: BridgeSettings,
): Decision {
  const { conversation, isLate = false, order, repliesTo, nowMillis } = facts;
  const refusal = refusalOf(event, conversation, settings);
  if (refusal !== undefined) return { kind: "park", reason: refusal, detail: refusal };
  const { conversationId = "", content, buttons } = event;
  const texts = settings.texts[conversation?.language ?? "en"];
  const text = wordsOf(content, buttons);
  const lines = [
    isLate ? lateNote(event.sentAtMillis, nowMillis, texts).trim() : "",
    repliesTo === undefined && event.quote !== undefined ? quoted(event.quote.text) : "",
  ];
  const media = content.type === "media" ? content.media : undefined;
  const isCaption =
    media !== undefined &&
    media.kind !== "sticker" &&
    withButtonsInWords(text, buttons).length <= maxCaptionLength;
  const caption = isCaption ? text : "";
  const preface = lines.filter((line) => line !== "").join("\n");
  const where = whereToAnswer(conversation, repliesTo);
  const plan = {
    to: {
      conversationId,
      chatId: chatOf(conversationId)?.chatId ?? "",
      where,
      ...(isOtherTopic(conversation, where) ? { isOtherTopic: true as const } : {}),
    },
    // The texts depend on the message alone: a later attempt, with any preface, must find the same texts.
    texts: isCaption ? [] : textsOf(text, buttons),
    first: repliesTo === undefined ? {} : { repliesTo },
    last: buttons === undefined || !fitsOneMessage(buttons) ? {} : { buttons },
  };
  const steps = (done: readonly StepRecord[]): Step | undefined => {
    // Recorded first: if another attempt found another order, its first message would be another one, and
    // the ledger would take a repeat of the text for the first try.
    const checked = done.findLast(({ step }) => step === "check-order");
    // The version before this one recorded no number.
    const isSameRedrive = (checked?.id ?? "0") === order?.id;
    const isChecked = isSameRedrive && checked?.outcome === order.outcome;
    if (order !== undefined && !isChecked) return { name: "check-order", found: order };
    const isNoted = done.some(({ step }) => step === "send-preface");
    const isBegun = done.some(({ step }) => step !== "send-preface" && step !== "check-order");
    const begun: MessagePlan = { ...plan, preface: isNoted ? "" : preface, isBegun };
    const textsSent = done.filter(({ step }) => step === "send-text").length;
    const file = media && fileOf({ media, caption, texts }, begun, done);
    return file ?? textOf(begun, textsSent, media);
  };
  return { kind: "steps", steps };
}

/** The reason why the bridge cannot send the message at all; undefined when it can. */
export function refusalOf(
  { conversationId, content, buttons }: OperatorEvent,
  conversation: Conversation | undefined,
  { botId }: Pick<BridgeSettings, "botId">,
): PermanentReason | undefined {
  if (conversationId === undefined) return "write-first";
  if (chatOf(conversationId)?.botId !== botId) return "foreign-conversation";
  const { reachability } = conversation ?? {};
  if (reachability === "blocked" || reachability === "deactivated") return reachability;
  const isEmpty = visibleName(wordsOf(content, buttons)) === undefined;
  if (content.type === "media" || !isEmpty) return undefined;
  return content.type === "unsupported" ? "kind-not-supported" : "empty-text";
}

type Buttons = OperatorEvent["buttons"];

type Options = StepOf<"send-file">["options"];

/** The parts that the steps of one message share. */
type MessagePlan = {
  readonly to: Recipient;
  /** The text before the first words, until it has gone out: the time of the message, and the quotation. */
  readonly preface: string;
  readonly isBegun: boolean;
  readonly texts: readonly string[];
  /** The options of the first step, and of the last one. */
  readonly first: Options;
  readonly last: Options;
};

/**
 * amoCRM documents no location or contact from operators. When one comes, the bridge writes it in words. Of
 * an unknown kind it sends the words, and tells the operator that only the words went.
 */
function wordsOf(content: MessageContent, buttons: Buttons): string {
  switch (content.type) {
    case "text":
    case "unsupported": {
      const { text = "" } = content;
      // Telegram allows no keyboard without a text above it.
      return visibleName(text) === undefined ? labelsOf(buttons) : text;
    }
    case "media":
      return content.text ?? "";
    case "location": {
      const place = `https://maps.google.com/?q=${content.latitude},${content.longitude}`;
      return content.text === undefined ? place : `${content.text}\n${place}`;
    }
    case "contact":
      return `${content.name} ${content.phone}`;
  }
}

/**
 * The texts of a message. The last one has room for the buttons in words, which replace the buttons when
 * Telegram refuses them. When those words do not fit one message, they replace the buttons at once.
 */
function textsOf(text: string, buttons: Buttons): string[] {
  const texts = splitText(text, maxTextLength);
  if (withButtonsInWords("", buttons) === "") return texts;
  if (!fitsOneMessage(buttons)) {
    const own = text === labelsOf(buttons) ? [] : texts;
    return [...own, ...splitText(withButtonsInWords("", buttons), maxTextLength)];
  }
  const last = texts.at(-1);
  const hasRoom = last !== undefined && withButtonsInWords(last, buttons).length <= maxTextLength;
  return hasRoom ? texts : [...texts, labelsOf(buttons)];
}

function fitsOneMessage(buttons: Buttons): boolean {
  return withButtonsInWords("", buttons).length <= maxTextLength;
}

function fileOf(
  { media, caption, texts }: { media: Media; caption: string; texts: Texts },
  plan: MessagePlan,
  done: readonly StepRecord[],
): Step | undefined {
  const { to, preface, texts: further, first, last } = plan;
  const options = { ...first, ...(further.length === 0 ? last : {}) };
  const noted = joined(preface, caption);
  const longest = withButtonsInWords(noted, options.buttons);
  const fits = media.kind !== "sticker" && longest.length <= maxCaptionLength;
  const step = fileStep({ to, media, caption: fits ? noted : caption, texts, options }, done);
  return step && (fits ? step : withPrefaceBefore(plan, step));
}

function textOf(plan: MessagePlan, index: number, media: Media | undefined): Step | undefined {
  const { to, preface, texts, first, last } = plan;
  const text = texts[index];
  if (text === undefined) return undefined;
  const isFirst = index === 0 && media === undefined;
  const options = {
    ...(isFirst ? first : {}),
    ...(index === texts.length - 1 ? last : {}),
  };
  const noted = isFirst ? joined(preface, text) : text;
  const fits = withButtonsInWords(noted, options.buttons).length <= maxTextLength;
  const message = { text: fits ? noted : text, options };
  const step: Step = { name: "send-text", to, message };
  return fits ? step : withPrefaceBefore(plan, step);
}

/** A late note goes on the line of its text, a quotation on a line of its own. */
function joined(preface: string, text: string): string {
  if (preface === "" || text === "") return `${preface}${text}`;
  return preface.startsWith("[") && !preface.includes("\n")
    ? `${preface} ${text}`
    : `${preface}\n${text}`;
}

/** A preface that does not fit goes first, unless an attempt has begun without one. */
function withPrefaceBefore({ to, preface, isBegun }: MessagePlan, step: Step): Step {
  if (preface === "" || isBegun) return step;
  return { name: "send-preface", to, message: { text: preface } };
}

import { withButtonsInWords } from "../model/content.ts";
import type { Media } from "../model/content.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import type {
  CustomerMessenger,
  OutgoingFile,
  SendOptions,
  FileFacts,
  Inspect,
  OpenedFile,
  OperatorFiles,
} from "../model/messenger.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { isRefusedBy } from "../delivery/record-failure.ts";
import { fileWays } from "../delivery/step.ts";
import type { Recipient, StepOf } from "../delivery/step.ts";
import type { Texts } from "../texts/catalogue.ts";

const megabyte = 1024 * 1024;
/** The largest file that a bot may upload. @see https://core.telegram.org/bots/api#sending-files */
export const largestToCustomerBytes = 50 * megabyte;
const largestPhotoBytes = 10 * megabyte;
const longestPhotoSides = 10_000;
const widestPhotoRatio = 20;
/** Enough bytes to recognize the kind of a file. */
const headBytes = 65_536;

/** The dependencies of sending an operator's file. */
export type SendFileDependencies = {
  readonly messenger: CustomerMessenger;
  readonly operatorFiles: OperatorFiles;
  readonly inspect: Inspect;
};

type SendFile = StepOf<"send-file">;

/**
 * The next way to send an operator's file: as its own kind, as a document, as its address. Each way is a step
 * of its own, so the bridge tries no way twice. Undefined when the file is sent.
 */
export function fileStep(
  file: Pick<SendFile, "to" | "media" | "caption" | "options"> & { readonly texts: Texts },
  done: readonly StepRecord[],
): SendFile | undefined {
  const ended = done.filter(({ step }) => step === "send-file");
  const tried = ended.filter(({ outcome }) => outcome === "refused").length;
  if (ended.length > tried) return undefined;
  const way = fileWays[tried];
  if (way === undefined) return undefined;
  const { texts, media, caption, ...rest } = file;
  const link = `${texts.fileByLink} ${nameOf(media)}\n${media.source}`;
  const linkText = caption === "" ? link : `${caption}\n\n${link}`;
  return { name: "send-file", ...rest, media, caption, way, linkText };
}

/**
 * Sends the file in the way that the step names. When Telegram refuses this way, the step ends with the
 * outcome "refused", and the event goes on. For the last way, it throws the refusal.
 */
export async function sendFile(
  step: SendFile,
  { entry }: Pick<StepContext, "entry">,
  deps: SendFileDependencies,
): Promise<StepResult> {
  const { to, media, caption, linkText, way } = step;
  const sending = { media, chatId: to.chatId, caption, options: { ...to.where, ...step.options } };
  try {
    switch (way) {
      case "as-itself":
        return { id: await asItself(sending, deps) };
      case "as-document":
        return { id: await send("document", await open(media, deps), sending, deps) };
      case "as-link":
        return { id: await deps.messenger.sendText(to.chatId, linkText, sending.options) };
    }
  } catch (error) {
    const isLast = way === fileWays.at(-1);
    if (isLast || isOfTopic(error, to) || !isRefusal(error, entry)) throw error;
    return { outcome: "refused" };
  }
}

/** A file, and how the bridge sends it. */
type Sending = {
  readonly media: Media;
  readonly chatId: string;
  readonly caption: string;
  readonly options: SendOptions;
};

/** Refusals of this form of the file. Telegram may take another form. */
const refusals: ReadonlySet<PermanentReason> = new Set([
  "refused-by-telegram",
  "file-too-large",
  "bot-has-no-right",
]);

/** The caller sends the file once more without the topic. */
function isOfTopic(error: unknown, { where }: Recipient): boolean {
  const blamesTopic = error instanceof PermanentFailure && error.blames === "topic";
  return blamesTopic && where?.topicId !== undefined;
}

function isRefusal(error: unknown, entry: LedgerEntry): boolean {
  if (error instanceof TransientFailure) return isRefusedBy(error, entry);
  return error instanceof PermanentFailure && refusals.has(error.reason);
}

async function asItself(sending: Sending, deps: SendFileDependencies): Promise<string> {
  const { media } = sending;
  const file = await open(media, deps);
  const { head, whole } = await withHead(file);
  const as = formOf(media, file, deps.inspect(head));
  return send(as, whole, sending, deps);
}

async function open(media: Media, { operatorFiles }: SendFileDependencies) {
  if ((media.sizeBytes ?? 0) > largestToCustomerBytes) throw new PermanentFailure("file-too-large");
  const file = await operatorFiles.open(media.source);
  if ((file.sizeBytes ?? 0) <= largestToCustomerBytes) return file;
  await discard(file);
  throw new PermanentFailure("file-too-large");
}

/** Leaves out a part next to the file that Telegram refuses, and sends again: the file is not the cause. */
async function send(
  as: OutgoingFile["as"],
  file: OpenedFile,
  sending: Sending,
  deps: SendFileDependencies,
): Promise<string> {
  const { media, chatId, caption, options } = sending;
  const outgoing = { as, file, fileName: nameOf(media), ...(caption === "" ? {} : { caption }) };
  try {
    return await deps.messenger.sendFile(chatId, outgoing, options);
  } catch (error) {
    const rest = error instanceof PermanentFailure && withoutBlamed(error, as, sending);
    if (!rest) throw error;
    return send(as, await open(media, deps), rest, deps);
  }
}

function withoutBlamed(
  { blames, reason }: PermanentFailure,
  as: OutgoingFile["as"],
  sending: Sending,
): Sending | undefined {
  // Telegram refuses no document for its kind. The parts next to it are the cause, whatever Telegram says.
  const isUnclear = blames === undefined && reason === "refused-by-telegram" && as === "document";
  const { buttons } = sending.options;
  const options: { -readonly [Name in keyof SendOptions]: SendOptions[Name] } = {
    ...sending.options,
  };
  if (isUnclear || blames === "quote") delete options.repliesTo;
  if (isUnclear || blames === "buttons") delete options.buttons;
  if (Object.keys(options).length === Object.keys(sending.options).length) return undefined;
  const caption = options.buttons ? sending.caption : withButtonsInWords(sending.caption, buttons);
  return { ...sending, caption, options };
}

/** The form that Telegram will take. A doubtful file is a document, which Telegram never refuses. */
function formOf(
  media: Media,
  { contentType = "", sizeBytes = media.sizeBytes ?? 0 }: OpenedFile,
  facts: FileFacts,
): OutgoingFile["as"] {
  switch (media.kind) {
    case "picture":
      return isPhoto(facts, sizeBytes) && !contentType.includes("gif") ? "photo" : "document";
    case "voice":
      return facts.isVoice || (facts.isMp4 && isCalledSound(media, contentType))
        ? "voice"
        : "audio";
    case "sticker":
      return contentType.includes("webp")
        ? "sticker"
        : isPhoto(facts, sizeBytes)
          ? "photo"
          : "document";
    case "video":
    case "audio":
      return media.kind;
    case "file":
      return "document";
  }
}

/**
 * True for a file with a name or type of sound. Recorders use a general brand, which may hold a video too.
 */
function isCalledSound({ fileName = "" }: Media, contentType: string): boolean {
  return /^audio\/(x-)?(mp4|m4a)\b/i.test(contentType) || /\.m4a$/i.test(fileName);
}

function isPhoto({ picture }: FileFacts, sizeBytes: number): boolean {
  if (picture === undefined || sizeBytes > largestPhotoBytes) return false;
  const { width, height } = picture;
  const isTooWide = Math.max(width, height) > widestPhotoRatio * Math.min(width, height);
  return width + height <= longestPhotoSides && !isTooWide;
}

function nameOf({ fileName, kind }: Media): string {
  return fileName === undefined || fileName === "" ? kind : fileName;
}

/** Reads the beginning of a file, and returns it and the whole file. The bridge fetches nothing twice. */
async function withHead(file: OpenedFile): Promise<{ head: Uint8Array; whole: OpenedFile }> {
  const rest = file.body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < headBytes) {
    const next = await rest.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(chunks);
  return { head, whole: { ...file, body: following(head, rest) } };
}

/** Closes its source at once, even while the source hangs. A generator would wait for the next bytes. */
function following(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  let isBegun = false;
  return {
    async next() {
      if (isBegun) return rest.next();
      isBegun = true;
      return { done: false, value: head };
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function discard({ body }: OpenedFile): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

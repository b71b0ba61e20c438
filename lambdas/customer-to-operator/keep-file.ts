import type { Media } from "../model/content.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { StepRecord } from "../model/ledger.ts";
import type { Now } from "../model/runtime.ts";
import type { CustomerFiles, MediaStore } from "../model/messenger.ts";
import type { KeptFile } from "../model/message.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { StepOf } from "../delivery/step.ts";

/** The largest file that the Bot API lets bots fetch. @see https://core.telegram.org/bots/api#getfile */
export const largestFromCustomerBytes = 20 * 1024 * 1024;
/** The time that the sender needs to record a failure at the end of an attempt. */
const marginMillis = 2_000;

const tooLarge: StepResult = { outcome: "too-large" };
const unavailable: StepResult = { outcome: "unavailable" };

/**
 * Keeps a customer's file where amoCRM can fetch it, before amoCRM gets its address. The path of
 * the file is the id of the step, so a later attempt does not keep the file again. A file that is
 * lost for good does not hold up the message. A file that Telegram cannot give now holds up its
 * chat for as long as the failure says.
 */
export async function keepFile(
  { media }: Pick<StepOf<"keep-file">, "media">,
  context: StepContext,
  deps: KeepFileDependencies,
): Promise<StepResult> {
  const { smaller, ...file } = media;
  const { troubleSinceMillis } = context.entry;
  try {
    return { id: await keep(file, context.deadlineMillis - marginMillis, deps) };
  } catch (error) {
    if (isOver(error, troubleSinceMillis, deps.now())) return unavailable;
    if (!(error instanceof PermanentFailure)) throw error;
    if (error.reason !== "file-too-large") return unavailable;
    if (smaller === undefined) return tooLarge;
    return keepFile({ media: { ...file, ...smaller } }, context, deps);
  }
}

async function keep(
  media: Media,
  untilMillis: number,
  { files, mediaStore, now }: KeepFileDependencies,
): Promise<string> {
  if ((media.sizeBytes ?? 0) > largestFromCustomerBytes)
    throw new PermanentFailure("file-too-large");
  const file = await files.open(media.source, untilMillis - now());
  const { fileName, contentType = file.contentType } = media;
  return mediaStore.keep({ ...file, contentType, fileName });
}

/** Dependencies of `keepFile`. */
export type KeepFileDependencies = {
  readonly files: CustomerFiles;
  readonly mediaStore: MediaStore;
  readonly now: Now;
};

/** The result of a keep-file step: the path of the kept file, or the reason why there is none. */
export function keptBy({ id, outcome }: StepRecord): KeptFile {
  if (id !== undefined) return { path: id };
  return { why: outcome === "too-large" ? "tooLarge" : "unavailable" };
}

function isOver(error: unknown, sinceMillis: number | undefined, nowMillis: number): boolean {
  if (!(error instanceof TransientFailure) || sinceMillis === undefined) return false;
  return nowMillis - sinceMillis >= (error.mostMillis ?? Infinity);
}

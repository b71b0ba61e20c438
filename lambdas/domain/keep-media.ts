import type { Media } from "../model/content.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { CustomerFiles, MediaStore } from "../ports/files.ts";
import type { Kept } from "./customer-content.ts";
import type { Part } from "./delivery.ts";

/** Bot API: the largest file that bots may fetch. @see https://core.telegram.org/bots/api#getfile */
export const largestFromCustomerBytes = 20 * 1024 * 1024;
/**
 * What fetching and keeping a file takes at most as a rule. With less time left the event is handed back,
 * and the next attempt begins with this file; a slower one is ended with its attempt.
 */
const mediaMillis = 40_000;

/** What recording a failure takes at the end of an attempt. */
const marginMillis = 2_000;

/** What the ledger keeps of a file that could not be kept. */
const notKept = { tooLarge: "too large", unavailable: "unavailable" } as const;

/**
 * Keeps a customer's file where amoCRM can fetch it, before amoCRM is told of it. Its path is the
 * part's id, so that an attempt that died in between does not keep it again. A file that nobody
 * can have any more holds up nothing; one that cannot be had for the moment holds its chat as long as
 * the failure says.
 */
export function keepMedia(
  media: Media,
  {
    files,
    mediaStore,
    now,
  }: { readonly files: CustomerFiles; readonly mediaStore: MediaStore; readonly now: Now },
): Part {
  const keep = async (
    { smaller, ...media }: Media,
    sinceMillis: number | undefined,
    untilMillis: number,
  ): Promise<string> => {
    const isTooLarge = (media.sizeBytes ?? 0) > largestFromCustomerBytes;
    try {
      if (isTooLarge) throw new PermanentFailure("file-too-large");
      const file = await files.open(media.source, untilMillis - now());
      const { fileName, contentType = file.contentType } = media;
      return await mediaStore.keep({ ...file, contentType, fileName });
    } catch (error) {
      if (isOver(error, sinceMillis, now())) return notKept.unavailable;
      if (!(error instanceof PermanentFailure)) throw error;
      if (error.reason !== "file-too-large") return notKept.unavailable;
      if (smaller === undefined) return notKept.tooLarge;
      return keep({ ...media, ...smaller }, sinceMillis, untilMillis);
    }
  };
  return {
    patienceMillis: mediaMillis,
    send: ({ troubleSinceMillis }, deadlineMillis = Infinity) =>
      keep(media, troubleSinceMillis, deadlineMillis - marginMillis),
  };
}

/** Reads what such a part left in the ledger. */
export function keptBy(partId: string): Kept {
  if (partId === notKept.tooLarge) return { why: "tooLarge" };
  return partId === notKept.unavailable ? { why: "unavailable" } : { path: partId };
}

function isOver(error: unknown, sinceMillis: number | undefined, nowMillis: number): boolean {
  if (!(error instanceof TransientFailure) || sinceMillis === undefined) return false;
  return nowMillis - sinceMillis >= (error.mostMillis ?? Infinity);
}

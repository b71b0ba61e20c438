import { TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { CustomerFiles } from "../ports/files.ts";
import { respectPause } from "./chat-pause.ts";
import type { Pauses } from "./pauses.ts";

/**
 * Customers' files, fetched from Telegram on behalf of amoCRM's direction: they wait while the bot
 * or its files are paused, and a limit they meet is no limit of amoCRM's.
 */
export function patientFiles(
  files: CustomerFiles,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): CustomerFiles {
  const patiently = async <Result>(group: string, call: () => Promise<Result>): Promise<Result> => {
    respectPause(await pauses.untilMillis("to-telegram"), now());
    respectPause(await pauses.untilMillis("telegram-files"), now());
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientFailure) || !error.isLimit) throw error;
      const { message, retryAfterSeconds = 0, source } = error;
      const strike = { kind: "limit", atMillis: now(), group } as const;
      await pauses.strike("telegram-files", strike, retryAfterSeconds * 1000);
      throw new TransientFailure(message, { retryAfterSeconds, source, cause: error });
    }
  };
  return {
    open: (fileId, withinMillis) => patiently(fileId, () => files.open(fileId, withinMillis)),
    profilePhoto: (chatId) => patiently(chatId, () => files.profilePhoto(chatId)),
  };
}

import { GrammyError } from "grammy/web";
import { allowedUpdates } from "../../lambdas/telegram/send/inspect-webhook.ts";
import type { Journal, Update } from "./journal.ts";

const most = 100;
const longestWaitMillis = 30_000;
/** Telegram answers a conflict up to three seconds late, so the next call must not follow at once. */
const conflictMillis = 5000;
/** A program that asked once and ended is no conflict. One that goes on is. */
const mostConflicts = 2;

/** What the poller needs. */
export type PollOptions = {
  readonly getUpdates: GetUpdates;
  readonly journal: Pick<Journal, "add" | "confirmAllBut">;
  /** Gets each update once it is in the journal. */
  readonly take: (update: Update) => void;
  readonly say: (line: string) => void;
  /** Where a webhook that ends the polling sends the updates now, safe to print. */
  readonly findWebhook: () => Promise<string>;
  /** How long Telegram keeps a call without updates open. */
  readonly pollSeconds: number;
  /** Ends the polling. */
  readonly signal: AbortSignal;
  readonly sleep: (millis: number, signal: AbortSignal) => Promise<unknown>;
};

/** The Bot API's method of this name. Throws a `GrammyError` for a refusal. */
export type GetUpdates = (
  request: {
    readonly offset?: number;
    readonly limit: number;
    readonly timeout: number;
    readonly allowed_updates: typeof allowedUpdates;
  },
  signal: AbortSignal,
) => Promise<readonly Update[]>;

/**
 * Takes updates from Telegram until the signal ends it. An update is in the journal before the call that
 * confirms it. The first call has no offset: it confirms nothing, and answers again what an earlier run
 * has kept and not confirmed. Answers a sentence when it cannot go on.
 */
export async function poll(options: PollOptions): Promise<string | undefined> {
  const { getUpdates, journal, take, say, findWebhook, pollSeconds, signal, sleep } = options;
  let offset: number | undefined;
  let isConfirmed = true;
  let failures = 0;
  let conflicts = 0;
  const ask = (timeout: number, limit: number, within: AbortSignal) =>
    getUpdates(
      {
        ...(offset === undefined ? {} : { offset }),
        limit,
        timeout,
        allowed_updates: allowedUpdates,
      },
      within,
    );
  while (!signal.aborted) {
    let updates: readonly Update[];
    try {
      // A first call that waits would keep Telegram from telling what is not confirmed.
      updates = await ask(offset === undefined ? 0 : pollSeconds, most, signal);
    } catch (error) {
      if (signal.aborted) break;
      const { kind, waitMillis, why } = readFailure(error, failures);
      if (kind === "stop") return why;
      if (kind === "conflict") {
        const webhook = await findWebhook().catch(() => "");
        if (webhook !== "") return `Another program has set a webhook for this bot: ${webhook}.`;
        conflicts += 1;
        if (conflicts >= mostConflicts) return why;
      } else failures += 1;
      if (failures === 1) say(`${why} The run repeats the call until Telegram answers.`);
      await sleep(waitMillis, signal).catch(() => undefined);
      continue;
    }
    if (failures > 0) say("Telegram answers again.");
    failures = 0;
    if (updates.length === 0) conflicts = 0;
    try {
      await journal.confirmAllBut(new Set(updates.map(({ update_id: id }) => id)));
      for (const update of await journal.add(updates)) take(update);
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      return `The journal cannot be written (${code || message}), so the run takes no more messages from Telegram.`;
    }
    // Only now: the next call confirms every update before the offset.
    const last = updates.at(-1);
    isConfirmed = last === undefined;
    offset = last === undefined ? (offset ?? 0) : last.update_id + 1;
  }
  // The last updates are in the journal. Unconfirmed, they would come again to the next reader.
  if (!isConfirmed) await ask(0, 1, AbortSignal.timeout(10_000)).catch(() => undefined);
  return undefined;
}

type PollFailure = {
  readonly kind: "stop" | "conflict" | "wait";
  readonly waitMillis: number;
  readonly why: string;
};

/** What a failed call means for the polling. */
function readFailure(error: unknown, failuresBefore: number): PollFailure {
  const waitMillis = Math.min(longestWaitMillis, 1000 * 2 ** failuresBefore);
  // The words of another error may contain the address, and so the token.
  if (!(error instanceof GrammyError)) {
    return { kind: "wait", waitMillis, why: "Telegram cannot be reached." };
  }
  const { error_code: code, parameters } = error;
  switch (code) {
    case 401:
    case 404:
      return {
        kind: "stop",
        waitMillis,
        why: "Telegram does not accept the bot's token any more.",
      };
    case 409:
      return {
        kind: "conflict",
        waitMillis: conflictMillis,
        why: "Another program reads this bot's updates by getUpdates: stop that program, then start this run again.",
      };
    default: {
      const seconds = parameters.retry_after;
      const wait = seconds === undefined ? waitMillis : seconds * 1000;
      return { kind: "wait", waitMillis: wait, why: `Telegram answers getUpdates with ${code}.` };
    }
  }
}

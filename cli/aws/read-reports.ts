import * as z from "zod/mini";
import { caretakerReportId } from "../../lambdas/model/caretaker-report.ts";
import type { CaretakerReport } from "../../lambdas/model/caretaker-report.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { failureKinds } from "../../lambdas/model/failure.ts";
import { failedAttemptId } from "../../lambdas/model/ledger.ts";
import type { FailedAttempt, LedgerEntry } from "../../lambdas/model/ledger.ts";
import { CommandFailure } from "../command.ts";
import type { Stage } from "../stage/stage.ts";
import { recordOf } from "../trace/life.ts";
import { failedTo } from "./failures.ts";
import { forBoth, openStores } from "./stores.ts";

type Deployed = Pick<Stage, "aws" | "outputs">;

/** The parts that a command shows. */
const report = z.looseObject({
  ranAtMillis: z.number(),
  failedRounds: z._default(z.array(z.string()), []),
  skippedRounds: z._default(z.array(z.string()), []),
  reconciledAtMillis: z.optional(z.number()),
  foundLost: z.optional(z.number()),
  checkedAtMillis: z.optional(z.number()),
  isTelegramWebhookFine: z.optional(z.boolean()),
  isAmocrmWebhookFine: z.optional(z.boolean()),
});

/** The report of the caretaker's last run. Undefined when there is none yet. */
export async function readCaretakerReport(stage: Deployed): Promise<CaretakerReport | undefined> {
  const item = await openStores(stage)
    .deliveries.get(caretakerReportId)
    .catch(failedTo("read the caretaker's report"));
  if (item === undefined) return undefined;
  const read = z.safeParse(report, item);
  if (read.success) return read.data as CaretakerReport;
  throw new CommandFailure("the caretaker's report has another version: deploy the stack again");
}

/** The last failed attempt of a direction, and what became of its event. */
export type LastFailure = FailedAttempt & {
  /** What the ledger says of the event now. Undefined when it has forgotten the event. */
  readonly event: Pick<LedgerEntry, "state" | "attempts"> | undefined;
};

/** The last failed attempt of each direction. Undefined where none failed in the ledger's time. */
export type LastFailures = Readonly<Record<Direction, LastFailure | undefined>>;

/** Whether the event of the last failed attempt still waits for a successful one. */
export function isStillFailing({ event }: LastFailure): boolean {
  return event?.state === "waiting" || event?.state === "sending";
}

/** What became of the event, where it does not wait any more. */
export function sinceThen({ event }: LastFailure): string {
  if (event === undefined) return "the ledger has forgotten its event";
  if (event.state === "parked") return "its event is parked since";
  if (event.state === "ignored") return "its event was discarded since, or had nothing to send";
  return "its event has succeeded since";
}

const failedAttempt = z.object({
  eventId: z.string(),
  atMillis: z.number(),
  reason: z.string(),
  kind: z.exactOptional(z.enum(failureKinds)),
});

/**
 * Reads them by their keys. The ledger's entry of the event shows whether a later attempt succeeded, so
 * the sender writes nothing when one does.
 */
export function readFailedAttempts(stage: Deployed): Promise<LastFailures> {
  const { deliveries } = openStores(stage);
  const itemOf = (id: string) => deliveries.get(id).catch(failedTo("read the failed attempts"));
  return forBoth(async (direction): Promise<LastFailure | undefined> => {
    const item = await itemOf(failedAttemptId(direction));
    if (item === undefined) return undefined;
    const failed = z.safeParse(failedAttempt, item);
    if (!failed.success) {
      throw new CommandFailure(
        "the last failed attempt has another version: use the commands of the version deployed",
      );
    }
    const entry = await itemOf(failed.data.eventId);
    return { ...failed.data, event: entry && recordOf(entry) };
  });
}

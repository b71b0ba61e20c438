import { bridgeEnvelope } from "../model/envelope.ts";
import type { BridgeEvent, DeliveryStatus } from "../model/envelope.ts";
import { canBeReported, reportsGroupOf, statusEventIdOf } from "../model/ids.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { PermanentReason } from "../model/failure.ts";
import { telegramMessagesOf } from "../model/ledger.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Now, EventQueue, Logger } from "../model/runtime.ts";
import type { CrmChat } from "../model/crm.ts";
import { noteCrmPause, throwIfPaused } from "./rate-limits.ts";
import type { DeliveryActions, StepContext, StepResult } from "./attempt.ts";
import { textsForOperators } from "./settings.ts";
import type { BridgeSettings } from "./settings.ts";
import { failureFields } from "./record-failure.ts";
import { failureForOperator, invitation, wordsOnly } from "../texts/texts.ts";
import type { StepOf } from "./step.ts";

const timeoutMillis = 2000;
/** After a report that amoCRM did not take, the bridge postpones the next reports at once for this time. */
const busyMillis = 30_000;

/**
 * Reports to amoCRM how an operator's message ended. It tries once, immediately. When amoCRM does not take
 * the report, the report becomes an event of its own, so it never delays the next answer of the chat. The
 * report is idempotent, so the ledger does not record it: an attempt that finds the message done repeats the
 * report. A message whose id is too long for a report gets none, only a line in the log.
 */
export function createStatusReport(deps: {
  crm: CrmChat;
  toAmocrm: EventQueue;
  settings: BridgeSettings;
  now: Now;
  logger: Logger;
  /** The address under which that chat's customer can write; undefined when the bridge cannot get it now. */
  invitationFor: (amojoChatId: string | undefined) => Promise<string | undefined>;
}): DeliveryActions["reportOutcome"] {
  let busyUntilMillis = 0;
  return async (
    { amocrmMessageId, entry, isRepeat, leftOut, writesFirstIn },
    attempt,
    conversations,
  ) => {
    if (!canBeReported(amocrmMessageId)) {
      const idCharacters = amocrmMessageId.length;
      if (!isRepeat) deps.logger.warn("StatusNotReported", { eventId: entry.id, idCharacters });
      return;
    }
    const status = await statusOf(entry, { leftOut, writesFirstIn }, deps);
    const postpone = async (waitMillis: number): Promise<void> => {
      const report: BridgeEvent = {
        kind: "delivery_status",
        amocrmMessageId,
        status,
        // Without an event id the bridge makes the report in any case, whatever happens to the event.
        ...(entry.state === "parked" || status.statusCode === 1 ? { eventId: entry.id } : {}),
        ...(waitMillis > 0 ? { notBeforeMillis: deps.now() + waitMillis } : {}),
      };
      const { redrive } = attempt.envelope ?? {};
      const of = { eventId: entry.id, redrive };
      const id = statusEventIdOf(amocrmMessageId, status.statusCode, of);
      const group = reportsGroupOf(attempt.group);
      await deps.toAmocrm.put(bridgeEnvelope(report, { id, group, nowMillis: deps.now() }));
    };
    if (attempt.envelope?.redrive !== undefined && entry.state !== "parked") {
      // The report of the earlier failure may still be on its way. The queue keeps this one behind it.
      return postpone(0);
    }
    try {
      // Only repeated and late events can meet a pause that amoCRM asked for before they came.
      if (isRepeat || attempt.envelope?.late !== undefined) {
        const known = await conversations.find(attempt.group);
        throwIfPaused(known?.crmPausedUntilMillis, deps.now());
      }
      if (deps.now() < busyUntilMillis) throw new TransientFailure("statuses failed a moment ago");
      await deps.crm.setDeliveryStatus(amocrmMessageId, status, { timeoutMillis });
    } catch (error) {
      if (error instanceof PermanentFailure) {
        // amoCRM does not know the message (any more): no operator can see a status.
        deps.logger.error("StatusRefused", { eventId: entry.id, reason: error.message });
        return;
      }
      const retryAfterSeconds =
        error instanceof TransientFailure ? error.retryAfterSeconds : undefined;
      const waitMillis = (retryAfterSeconds ?? 0) * 1000;
      if (deps.now() >= busyUntilMillis) {
        busyUntilMillis = deps.now() + Math.max(busyMillis, waitMillis);
      }
      await noteCrmPause(attempt.group, error, { conversations, now: deps.now });
      deps.logger.warn("StatusPostponed", { eventId: entry.id, ...failureFields(error) });
      await postpone(waitMillis);
    }
  };
}

async function statusOf(
  { state, steps, reason }: LedgerEntry,
  {
    leftOut,
    writesFirstIn,
  }: { readonly leftOut: string | undefined; readonly writesFirstIn: string | undefined },
  {
    settings,
    invitationFor,
  }: Pick<Parameters<typeof createStatusReport>[0], "settings" | "invitationFor">,
): Promise<DeliveryStatus> {
  const texts = textsForOperators(settings);
  if (state !== "parked") {
    if (leftOut === undefined) return { statusCode: 1 };
    return { statusCode: -1, errorCode: 905, error: wordsOnly(leftOut, texts) };
  }
  const isPartlySent = telegramMessagesOf(steps).length > 0;
  const failure = failureForOperator(reason as PermanentReason, texts, isPartlySent);
  const address = reason === "write-first" ? await invitationFor(writesFirstIn) : undefined;
  if (address === undefined) return { statusCode: -1, ...failure };
  return { statusCode: -1, ...failure, error: `${failure.error} ${invitation(address, texts)}` };
}

/** Reports to amoCRM how an operator's message ended, when the immediate report did not succeed. */
export async function reportStatus(
  { conversationId, amocrmMessageId, status }: StepOf<"report-status">,
  { conversations }: StepContext,
  { crm, logger, now }: { readonly crm: CrmChat; readonly logger: Logger; readonly now: Now },
): Promise<StepResult> {
  try {
    await crm.setDeliveryStatus(amocrmMessageId, status);
    return {};
  } catch (error) {
    await noteCrmPause(conversationId, error, { conversations, now });
    if (!(error instanceof PermanentFailure)) throw error;
    // amoCRM does not know the message (any more): no operator can see a status.
    logger.error("StatusRefused", { amocrmMessageId, reason: error.message });
    return { outcome: "refused" };
  }
}

import type { BridgeEvent } from "../model/envelope.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmContacts, CrmTasks } from "../model/crm.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Logger, Now } from "../model/runtime.ts";
import { PermanentFailure } from "../model/failure.ts";
import { chatOf } from "../model/ids.ts";
import { plainWords, sayAsBot } from "../conversation/say.ts";
import { whereNow } from "../conversation/topics.ts";
import type { Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { textsForOperators } from "../delivery/settings.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Step, StepOf } from "../delivery/step.ts";
import { unansweredSince } from "../texts/texts.ts";
import { placeInCrm } from "../conversation/crm-place.ts";
import { openWait } from "./wait.ts";

/**
 * The work for a customer whom nobody has answered in time: a line to the customer, and a task or a note for
 * operators. The caretaker has found the wait. Here it is checked again, at each attempt.
 */
export function decideUnanswered(
  { conversationId, sinceMillis }: Extract<BridgeEvent, { kind: "unanswered" }>,
  conversation: Conversation | undefined,
  entry: LedgerEntry,
  { settings, logger }: { readonly settings: BridgeSettings; readonly logger: Logger },
): Decision {
  const { unanswered, texts } = settings;
  if (unanswered === undefined || openWait(conversation, settings) !== sinceMillis) {
    return { kind: "ignore", reason: "the wait is over" };
  }
  const isFirstAttempt = entry.steps.length === 0 && entry.attempts === 0 && entry.ambiguous === 0;
  if (isFirstAttempt) logger.info("CustomerUnanswered", { conversationId });
  const { chatId = "" } = chatOf(conversationId) ?? {};
  const language = conversation?.languageChosen ?? conversation?.language ?? "en";
  const to = { conversationId, chatId, where: whereNow(conversation) };
  // The line comes first: it does not wait for the main API.
  const line: Step[] = unanswered.tellsCustomer
    ? [sayAsBot(to, plainWords(texts[language].stillWaiting))]
    : [];
  const report: Step = {
    name: "report-wait",
    conversationId,
    sinceMillis,
    as: unanswered.as,
    skip: "refusal",
  };
  return { kind: "steps", steps: [...line, report] };
}

/** The dependencies of telling operators about a wait in the CRM. */
export type ReportWaitDependencies = {
  readonly settings: BridgeSettings;
  readonly tasks: CrmTasks;
  readonly contacts: Pick<CrmContacts, "contactOf">;
  readonly pauses: Pauses;
  readonly now: Now;
  readonly logger: Logger;
};

/** A responsible user has this long for the task. */
const taskMillis = 15 * 60_000;

/**
 * Makes a task or a note for the wait, on the customer's lead, otherwise on the contact. Before a repeat it
 * looks for the one that an earlier attempt may have made.
 */
export function reportWait(
  { conversationId, sinceMillis, as }: StepOf<"report-wait">,
  { entry, conversations }: StepContext,
  deps: ReportWaitDependencies,
): Promise<StepResult> {
  const { tasks, settings, now, logger } = deps;
  const work = async (): Promise<StepResult> => {
    if (!(await tasks.isAvailable())) return { outcome: "skipped" };
    const place = await placeInCrm(await conversations.find(conversationId), deps);
    if (place === undefined) {
      logger.warn("WaitWithoutPlace", { conversationId });
      return { outcome: "skipped" };
    }
    const { timeZone = "UTC" } = settings.workingHours ?? {};
    const text = unansweredSince(sinceMillis, timeZone, textsForOperators(settings));
    const { entity, responsibleUserId } = place;
    const mayBeMade = entry.attempts > 0 || entry.ambiguous > 0 || entry.redrive !== undefined;
    if (mayBeMade && (await tasks.has(entity, as, text))) return { outcome: "unchanged" };
    if (as === "note") {
      await tasks.addNote(entity, text);
      return {};
    }
    const task = { text, untilMillis: now() + taskMillis, responsibleUserId };
    await tasks.addTask(entity, task).catch(async (error: unknown) => {
      // The user may have left the account. Then the CRM chooses another one.
      if (!(error instanceof PermanentFailure) || responsibleUserId === undefined) throw error;
      await tasks.addTask(entity, { ...task, responsibleUserId: undefined });
    });
    return {};
  };
  return withinMainApiLimits(conversationId, work, deps);
}

import type { Conversation } from "../model/conversation.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CustomerEvent, OperatorEvent } from "../model/message.ts";
import type { Logger, Now } from "../model/runtime.ts";
import type { WaitList } from "../model/stores.ts";
import { plainWords, sayAndShow } from "../conversation/say.ts";
import { sentAtMillisOf } from "../customer-to-operator/message.ts";
import { followedBy } from "../delivery/attempt.ts";
import type { AcceptedEvent, Decision, StepsDecision } from "../delivery/attempt.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Step } from "../delivery/step.ts";
import { openingNotice } from "../texts/texts.ts";
import { afterWorkingMinutes, opensAtMillis, workingMillisBetween } from "./hours.ts";

/** The dependencies of what follows from a message that goes to operators. */
export type WaitingDependencies = {
  readonly settings: BridgeSettings;
  readonly waits: WaitList;
  readonly now: Now;
};

/** A customer's message that goes to operators, with the facts about its attempt. */
type PassedOn = {
  readonly event: CustomerEvent;
  readonly accepted: AcceptedEvent;
  readonly entry: LedgerEntry;
};

/**
 * What follows from a customer's message that goes to operators with a notification: the customer begins to
 * wait for an answer, and outside working hours gets a notice. Where the stage has set neither, nothing.
 */
export async function passedOn(
  decision: Decision,
  passed: PassedOn,
  conversations: AttemptConversations,
  deps: WaitingDependencies,
): Promise<Decision> {
  if (decision.kind !== "steps" || passed.event.kind !== "message") return decision;
  await beginWait(passed, conversations, deps);
  const { event, accepted } = passed;
  const { workingHours } = deps.settings;
  // A person has sent the event again, maybe days later.
  if (workingHours?.givesNotice !== true || accepted.isRedriven) return decision;
  const nowMillis = deps.now();
  const untilMillis = opensAtMillis(workingHours, nowMillis);
  if (untilMillis === undefined || untilMillis === nowMillis) return decision;
  const conversation = await conversations.find(event.conversationId);
  const isGiven = conversation?.closedNoticeUntilMillis === untilMillis;
  const text = openingNotice(untilMillis, workingHours.timeZone, textsFor(event, deps));
  const words = { ...plainWords(text), remember: { closedNoticeUntilMillis: untilMillis } };
  const { ownPhone: _, ...chat } = event;
  const atMillis = sentAtMillisOf(event, accepted.acceptedAtMillis);
  return withNotice(decision, sayAndShow(chat, words, atMillis, deps.settings), isGiven);
}

function textsFor({ customer }: CustomerEvent, { settings }: WaitingDependencies) {
  return settings.texts[customer.language];
}

/**
 * The decision's own steps, then those of the notice. The conversation knows of the notice before it goes
 * out. So an attempt that finds it there goes on after it, and never repeats it.
 */
function withNotice(decision: StepsDecision, notice: readonly Step[], isGiven: boolean): Decision {
  return followedBy(decision, (done) => (done === 0 && isGiven ? undefined : notice[done]));
}

/**
 * Begins the customer's wait for an answer, unless they wait already. An attempt may have shown the message
 * before. Then an answer since the message ends this wait before it begins.
 */
async function beginWait(
  { event, accepted, entry }: PassedOn,
  conversations: AttemptConversations,
  { settings, waits }: WaitingDependencies,
): Promise<void> {
  if (settings.unanswered === undefined) return;
  const { conversationId } = event;
  const conversation = await conversations.find(conversationId);
  if (openWait(conversation, settings) !== undefined) return;
  const sinceMillis = begunAtMillis(event, accepted);
  const mayBeShown = entry.steps.length > 0 || entry.ambiguous > 0;
  if (mayBeShown && hasAnswerSince(sinceMillis, conversation)) return;
  const dueMillis = dueAtMillis(sinceMillis, settings);
  // The list comes first: a wait that only the list knows is over when the caretaker finds it.
  if (dueMillis !== undefined) await waits.put({ conversationId, sinceMillis }, dueMillis);
  await conversations.update(conversationId, { waitingSinceMillis: sinceMillis });
}

/** Operators see a redriven message only now. A button press has no time. */
function begunAtMillis(
  { sentAtSeconds }: CustomerEvent,
  { acceptedAtMillis, isRedriven }: AcceptedEvent,
): number {
  return isRedriven || sentAtSeconds === undefined ? acceptedAtMillis : sentAtSeconds * 1000;
}

function hasAnswerSince(sinceMillis: number, conversation: Conversation | undefined): boolean {
  return (conversation?.answeredAtMillis ?? 0) >= sinceMillis;
}

type WaitSettings = Pick<BridgeSettings, "hasBot" | "unanswered" | "workingHours">;

/**
 * Since when the customer has waited for an answer; undefined when no one owes them one. Where a bot answers
 * first, a wait ends with its talk.
 */
export function openWait(
  conversation: Conversation | undefined,
  { hasBot }: Pick<WaitSettings, "hasBot">,
): number | undefined {
  const { waitingSinceMillis = 0, handOff } = conversation ?? {};
  const isWithOperators = !hasBot || handOff === "waiting" || handOff === "operator";
  return isWithOperators && waitingSinceMillis > 0 ? waitingSinceMillis : undefined;
}

/** When a wait has lasted as long as the stage allows. Undefined when that never comes. */
function dueAtMillis(
  sinceMillis: number,
  { unanswered, workingHours }: WaitSettings,
): number | undefined {
  const { afterWorkingMinutes: minutes = 0 } = unanswered ?? {};
  return workingHours === undefined
    ? sinceMillis + minutes * 60_000
    : afterWorkingMinutes(workingHours, sinceMillis, minutes);
}

/** An operator's message ends the customer's wait, unless it is older than the wait. */
export async function endWait(
  { sentAtMillis }: OperatorEvent,
  conversation: Conversation | undefined,
  conversations: AttemptConversations,
  deps: {
    readonly settings: WaitSettings;
    readonly waits: WaitList;
    readonly now: Now;
    readonly logger: Logger;
  },
): Promise<void> {
  const { settings, waits, now, logger } = deps;
  if (settings.unanswered === undefined || conversation === undefined) return;
  const sinceMillis = openWait(conversation, settings);
  const answeredAtMillis = sentAtMillis ?? now();
  if (sinceMillis === undefined || answeredAtMillis < sinceMillis) return;
  const { conversationId } = conversation;
  await conversations.update(conversationId, { waitingSinceMillis: 0, answeredAtMillis });
  await waits.remove({ conversationId, sinceMillis });
  const { workingHours } = settings;
  const answerMillis =
    workingHours === undefined
      ? answeredAtMillis - sinceMillis
      : workingMillisBetween(workingHours, sinceMillis, answeredAtMillis);
  logger.info("CustomerAnswered", { conversationId, answerSeconds: answerMillis / 1000 });
}

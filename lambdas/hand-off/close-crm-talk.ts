import type { Conversation } from "../model/conversation.ts";
import type { CrmTalks } from "../model/crm.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { Now } from "../model/runtime.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { Step, StepOf } from "../delivery/step.ts";
import { stepOf } from "./states.ts";

/** The step that closes the talk in amoCRM too, where the stage wants it. Any failure ends it. */
export function closeCrmTalkStep(
  conversationId: string,
  { closeTalks }: Pick<BridgeSettings, "closeTalks">,
): readonly Step[] {
  return closeTalks === undefined
    ? []
    : [{ name: "close-crm-talk", conversationId, skip: "any-failure" }];
}

/** The talk of a day of silence has had its last message a day ago, or somewhat longer. */
const lookBackMillis = 32 * 3_600_000;

/** Closes the newest talk of the chat in amoCRM. */
export function closeCrmTalk(
  { conversationId }: StepOf<"close-crm-talk">,
  { conversations }: StepContext,
  deps: {
    readonly settings: Pick<BridgeSettings, "closeTalks">;
    readonly talks: CrmTalks;
    readonly pauses: Pauses;
    readonly now: Now;
  },
): Promise<StepResult> {
  const { settings, talks, now } = deps;
  const { isForced = true } = settings.closeTalks ?? {};
  const work = async (): Promise<StepResult> => {
    const { amojoChatId } = (await conversations.find(conversationId)) ?? {};
    if (amojoChatId === undefined || !(await talks.isAvailable())) return { outcome: "skipped" };
    const talk = await talks.newest(amojoChatId, now() - lookBackMillis);
    if (talk?.isOpen !== true) return { outcome: "unchanged" };
    // The survey may write at once, so the bridge records the close before it.
    if (!isForced) await conversations.update(conversationId, { talkClosedAtMillis: now() });
    await talks.close(talk.talkId, { isForced });
    return {};
  };
  return withinMainApiLimits(conversationId, work, deps);
}

const surveyMillis = 3_600_000;

/**
 * True for words that may be of the account's survey: they come soon after the bridge has closed the talk,
 * and answer no customer's message to operators.
 */
export function mayBeSurvey(
  { quote, sentAtMillis }: OperatorEvent,
  { handOff, talkClosedAtMillis }: Conversation,
  { closeTalks }: Pick<BridgeSettings, "closeTalks">,
  nowMillis: number,
): boolean {
  if (closeTalks?.isForced !== false || talkClosedAtMillis === undefined) return false;
  const isWithBot = stepOf(handOff, "customer writes").does === "ask the bot";
  const isSoon = (sentAtMillis ?? nowMillis) - talkClosedAtMillis < surveyMillis;
  return isWithBot && quote === undefined && isSoon;
}

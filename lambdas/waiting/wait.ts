import type { Conversation } from "../model/conversation.ts";
import type { Logger, Now } from "../model/runtime.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { WaitList } from "../model/waits.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { afterWorkingMinutes, workingMillisBetween } from "./hours.ts";

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
export function dueAtMillis(
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

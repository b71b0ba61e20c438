import type { Now } from "../model/runtime.ts";
import type { CustomerMessenger } from "../model/messenger.ts";
import type { Transcript } from "../model/stores.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { keepFile } from "../customer-to-operator/keep-file.ts";
import type { KeepFileDependencies } from "../customer-to-operator/keep-file.ts";
import { sendFile } from "../operator-to-customer/file.ts";
import type { SendFileDependencies } from "../operator-to-customer/file.ts";
import { rememberExchange } from "../hand-off/transcript.ts";
import { moveTalk } from "../hand-off/states.ts";
import { rememberOtherTopic } from "../conversation/topics.ts";
import { react, sendMessage, throwIfChatPaused } from "../delivery/send-to-telegram.ts";
import { showBotMessage, showMessage } from "../customer-to-operator/show-message.ts";
import type { ShowDependencies } from "../customer-to-operator/show-piece.ts";
import { showReaction } from "../customer-to-operator/reaction.ts";
import { reportStatus } from "../delivery/status-report.ts";
import type { Step } from "../delivery/step.ts";

/** The dependencies of the steps of all events. */
export type CarryOutDependencies = {
  readonly showing: ShowDependencies;
  readonly keeping: KeepFileDependencies;
  readonly sending: SendFileDependencies;
  readonly transcript: Transcript;
  readonly reporting: Parameters<typeof reportStatus>[2];
  readonly now: Now;
};

/** The only place where steps have their effects. Other code decides the steps before, as values. */
export function createCarryOut(
  deps: CarryOutDependencies,
): (step: Step, context: StepContext) => Promise<StepResult> {
  const { messenger } = deps.sending;
  const carryOut = async (step: Step, context: StepContext): Promise<StepResult> => {
    const { conversations } = context;
    switch (step.name) {
      case "keep-file":
        return keepFile(step, context, deps.keeping);
      case "show-message":
        return showMessage(step, context, deps.showing);
      case "show-reaction":
        return showReaction(step, context, deps.showing);
      case "show-bot-message":
        return showBotMessage(step, context, deps.showing);
      case "open-talk":
      case "close-talk":
        return moveTalk(step, context);
      case "catch-up":
      case "find-no-talk":
        return {};
      case "check-order":
        return step.found;
      case "link-phone":
        await deps.showing.openConversation(step.event, conversations);
        return {};
      case "remember-exchange":
        return rememberExchange(step, context, deps);
      case "forget-transcript":
      case "remember-language":
      case "remember-reachability":
        await conversations.update(step.conversationId, step.changes);
        return {};
      case "say":
      case "answer-as-bot":
      case "send-preface":
      case "send-text":
        return sendMessage(step, context, messenger);
      case "send-file":
        return sendFile(step, context, deps.sending);
      case "react":
        return react(step, messenger);
      case "show-typing":
        await messenger.sendTyping(step.to.chatId, step.to.where);
        return {};
      case "report-status":
        return reportStatus(step, context, deps.reporting);
    }
  };
  return async (step, context) => {
    if (!("to" in step)) return carryOut(step, context);
    await throwIfChatPaused(step.to, context, deps.now);
    const result = await carryOut(step, context);
    await rememberOtherTopic(step.to, result, context.conversations);
    return result;
  };
}

/**
 * Probes the chat before the sender repeats a message of ambiguous outcome. A call that changes nothing shows
 * that the bridge can reach the chat. The chat may have met a rate limit since the first try.
 */
export async function probeChat(
  step: Step,
  context: StepContext,
  { messenger, now }: { readonly messenger: CustomerMessenger; readonly now: Now },
): Promise<void> {
  if (!("to" in step)) return;
  await throwIfChatPaused(step.to, context, now);
  await messenger.sendTyping(step.to.chatId, step.to.where);
}

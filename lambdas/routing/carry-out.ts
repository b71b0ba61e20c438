import { PermanentFailure } from "../model/failure.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { CustomerMessenger } from "../model/messenger.ts";
import type { Transcript } from "../model/stores.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { keepFile } from "../customer-to-operator/keep-file.ts";
import type { KeepFileDependencies } from "../customer-to-operator/keep-file.ts";
import { sendFile } from "../operator-to-customer/file.ts";
import type { SendFileDependencies } from "../operator-to-customer/file.ts";
import { closeCrmTalk } from "../hand-off/close-crm-talk.ts";
import { rememberExchange } from "../hand-off/transcript.ts";
import { moveTalk } from "../hand-off/states.ts";
import { keepProfile, writeProfile } from "../conversation/profile.ts";
import type { ProfileDependencies } from "../conversation/profile.ts";
import { addNote } from "../conversation/start-news.ts";
import { forgetTopic, rememberOtherTopic } from "../conversation/topics.ts";
import { chatNewsOf } from "../delivery/rate-limits.ts";
import { react, sendMessage, throwIfChatPaused } from "../delivery/send-to-telegram.ts";
import { showMessage } from "../customer-to-operator/show-message.ts";
import { showBotMessage } from "../customer-to-operator/show-piece.ts";
import type { ShowDependencies } from "../customer-to-operator/show-piece.ts";
import { showReaction } from "../customer-to-operator/reaction.ts";
import { reportStatus } from "../delivery/status-report.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { reportWait } from "../waiting/unanswered.ts";
import type { ReportWaitDependencies } from "../waiting/unanswered.ts";
import type { Recipient, Step, StepOf } from "../delivery/step.ts";

/** The dependencies of the steps of all events. */
export type CarryOutDependencies = {
  readonly showing: ShowDependencies;
  readonly keeping: KeepFileDependencies;
  readonly sending: SendFileDependencies;
  readonly mainApi: ReportWaitDependencies &
    ProfileDependencies &
    Parameters<typeof closeCrmTalk>[2];
  readonly transcript: Transcript;
  /** Makes the lead of a message that went on without it. */
  readonly makeLateLead: (
    step: StepOf<"make-lead">,
    conversations: AttemptConversations,
  ) => Promise<void>;
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
      case "close-crm-talk":
        return closeCrmTalk(step, context, deps.mainApi);
      case "report-wait":
        return reportWait(step, context, deps.mainApi);
      case "link-phone":
        await deps.showing.openConversation(step.event, conversations);
        return {};
      case "keep-profile":
        return keepProfile(step, context, deps.mainApi);
      case "write-profile":
        return writeProfile(step, context, deps.mainApi);
      case "add-note":
        return addNote(step, context, deps.mainApi);
      case "make-lead":
        await deps.makeLateLead(step, conversations);
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
  const { logger } = deps.reporting;
  return async (step, context) => {
    if (!("to" in step)) return carryOut(step, context);
    const call = (to: Recipient) => carryOut({ ...step, to }, context);
    const result = await inChat(step.to, context, call, { logger, now: deps.now });
    await rememberOtherTopic(step.to, result, context.conversations);
    return result;
  };
}

/** Probes the chat, by a call that changes nothing, before a message of ambiguous outcome is repeated. */
export async function probeChat(
  step: Step,
  context: StepContext,
  { messenger, ...deps }: ChatDependencies & { readonly messenger: CustomerMessenger },
): Promise<void> {
  if (!("to" in step)) return;
  const call = (to: Recipient) => messenger.sendTyping(to.chatId, to.where);
  await inChat(step.to, { ...context, isFirst: false }, call, deps);
}

type ChatDependencies = { readonly logger: Logger; readonly now: Now };

/**
 * Makes a call in a chat, unless Telegram's pause of the chat lasts. When Telegram says that the topic does
 * not exist any more, makes the call once more without the topic: the customer finds the message in the chat
 * itself. The conversation forgets the topic. It also remembers what a failure says about the chat.
 */
async function inChat<Result>(
  to: Recipient,
  context: StepContext,
  call: (to: Recipient) => Promise<Result>,
  { logger, now }: ChatDependencies,
): Promise<Result> {
  const { conversationId, where } = to;
  const { conversations } = context;
  await throwIfChatPaused(to, context, now);
  try {
    return await call(to).catch(async (error: unknown) => {
      const isGone = error instanceof PermanentFailure && error.blames === "topic";
      if (!isGone || where?.topicId === undefined) throw error;
      const { topicId } = where;
      logger.warn("TopicGone", { conversationId, topicId });
      await forgetTopic(conversationId, topicId, conversations);
      return call({ ...to, where: {} });
    });
  } catch (error) {
    const news = chatNewsOf(error, now());
    if (news !== undefined) await conversations.update(conversationId, news);
    throw error;
  }
}

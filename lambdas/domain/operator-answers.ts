import { chatOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { BotAnswers } from "../ports/bot-answers.ts";
import type { Logger } from "../ports/logger.ts";
import { respectPause } from "./chat-pause.ts";
import type { Work } from "./delivery.ts";
import type { EchoGuard } from "./echo.ts";
import { ageOfHook, tooOld } from "./hook-age.ts";
import type { AcceptedHook } from "./hook-age.ts";
import { endTalk, isEnd } from "./hand-off/end-by-operator.ts";
import { touch } from "./hand-off/touch.ts";
import { stepOf } from "./hand-off/transitions.ts";
import { operatorToCustomer } from "./operator-to-customer.ts";
import type { OperatorToCustomerDependencies } from "./operator-to-customer.ts";

/** What deciding on an operator's message needs from outside. */
export type OperatorAnswersDependencies = OperatorToCustomerDependencies &
  Parameters<typeof endTalk>[3] & {
    /** Answers customers until an operator is called; absent where operators answer always. */
    readonly bot: BotAnswers | undefined;
    readonly echo: EchoGuard;
    /** Has a later message of the chat gone out before this late one? */
    readonly isOvertaken: (event: OperatorEvent) => Promise<boolean>;
    readonly logger: Logger;
  };

/** An operator's message, with what the conversation and its history say of it. */
export async function operatorAnswers(
  event: OperatorEvent,
  hook: AcceptedHook,
  entry: LedgerEntry,
  deps: OperatorAnswersDependencies,
): Promise<Work> {
  const { conversationId } = event;
  const { id: eventId, redrive, late } = hook;
  if (conversationId === undefined || chatOf(conversationId) === undefined) {
    return operatorToCustomer(event, {}, deps);
  }
  const age = ageOfHook(event.sentAtMillis, hook, deps.now());
  if (age === "too-old") return tooOld;
  const conversation = await deps.conversations.find(conversationId);
  if (await deps.echo.isEcho(event, conversation)) {
    return { kind: "ignore", reason: "our own words" };
  }
  respectPause(conversation?.pausedUntilMillis, deps.now());
  if (deps.bot !== undefined && isEnd(event)) {
    const end = { conversationId, eventId, why: "operator ends" } as const;
    return endTalk(end, conversation, entry, deps);
  }
  if (deps.bot !== undefined && conversation !== undefined) {
    const isNew = redrive === undefined;
    const { state } = stepOf(conversation.handOff, "operator answers");
    const { sentAtMillis = deps.now() } = event;
    const spokeAtMillis = Math.max(conversation.spokeAtMillis ?? 0, sentAtMillis);
    const moved = isNew && conversation.handOff !== state ? { handOff: state, spokeAtMillis } : {};
    const news = { ...touch(conversation, deps.now()), ...moved };
    if (Object.keys(news).length > 0) await deps.conversations.update(conversationId, news);
  }
  const cameLate = age === "late";
  if (cameLate) deps.logger.warn("HookCameLate", { eventId });
  if (late === undefined) {
    return operatorToCustomer(event, { conversation, isLate: cameLate }, deps);
  }
  deps.logger.warn("LateEvent", { eventId, late });
  const isLate = cameLate || (await deps.isOvertaken(event));
  // The look into the history took its time: the chat may have been paused meanwhile.
  const known = await deps.conversations.find(conversationId);
  respectPause(known?.pausedUntilMillis, deps.now());
  return operatorToCustomer(event, { conversation: known, isLate }, deps);
}

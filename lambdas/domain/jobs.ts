import * as z from "zod/mini";
import { bridgeEvent } from "../model/envelope.ts";
import type { BridgeEvent, Envelope } from "../model/envelope.ts";
import { PermanentFailure } from "../model/failure.ts";
import { chatOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type {
  CustomerEvent,
  Ignored,
  MembershipEvent,
  NotUnderstood,
  OperatorEvent,
} from "../model/message.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { Logger } from "../ports/logger.ts";
import { touch } from "./activity.ts";
import { respectPause } from "./attentive-messenger.ts";
import { customerToOperator } from "./customer-to-operator.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Attempt, Job } from "./delivery.ts";
import { operatorToCustomer } from "./operator-to-customer.ts";
import { waiting } from "./texts.ts";

/** What turning events into jobs needs from outside. */
export type JobsDependencies = CustomerToOperatorDependencies & {
  readonly crm: CrmChat;
  readonly logger: Logger;
  /** Is an event, which ingest could not verify, signed by amoCRM? */
  readonly isAuthentic: (envelope: Envelope) => Promise<boolean>;
  readonly decodeTelegram: (
    body: Uint8Array,
  ) => CustomerEvent | MembershipEvent | Ignored | NotUnderstood;
  /** What the ledger says of an event now. */
  readonly stateOf: (eventId: string) => Promise<LedgerEntry["state"] | undefined>;
  /** Has a later message of the chat gone out before this late one? */
  readonly isOvertaken: (event: OperatorEvent) => Promise<boolean>;
  readonly decodeAmocrm: (
    body: Uint8Array,
    scopeId: string,
  ) => OperatorEvent | Ignored | NotUnderstood;
};

/** Decides what an event asks for, once it is known to be authentic. */
export function createJobs(deps: JobsDependencies): (attempt: Attempt) => Promise<Job> {
  return async ({ envelope, acceptedAtMillis }) => {
    if (envelope === undefined) {
      const detail = "an envelope of another version";
      return { work: { kind: "park", reason: "not-understood", detail } };
    }
    if (!envelope.verified && !(await deps.isAuthentic(envelope))) {
      // Kept, because nothing that may be somebody's words is thrown away; nobody is told.
      const detail = "signed by no secret of the channel";
      return { work: { kind: "park", reason: "not-authentic", detail } };
    }
    const body = Buffer.from(envelope.body, "base64");
    switch (envelope.source) {
      case "telegram": {
        const event = deps.decodeTelegram(body);
        if (event.kind === "membership") return rememberReach(event, deps);
        return event.kind === "ignored" || event.kind === "not-understood"
          ? withoutSending(event)
          : customerToOperator(event, acceptedAtMillis, deps);
      }
      case "amocrm": {
        const event = deps.decodeAmocrm(body, envelope.scopeId ?? "");
        return event.kind === "message" ? answer(event, envelope, deps) : withoutSending(event);
      }
      case "bridge":
        return askedByBridge(body.toString("utf8"), deps);
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutSending(event: Ignored | NotUnderstood): Job {
  if (event.kind === "ignored") return { work: { kind: "ignore", reason: event.reason } };
  const { amocrmMessageId: tell, reason, detail } = event;
  return { work: { kind: "park", reason, detail }, ...(tell === undefined ? {} : { tell }) };
}

/** An operator's message, with what the conversation and its history say of it. */
async function answer(
  event: OperatorEvent,
  envelope: Envelope,
  deps: JobsDependencies,
): Promise<Job> {
  const { conversationId, amocrmMessageId } = event;
  if (conversationId === undefined || chatOf(conversationId) === undefined) {
    return operatorToCustomer(event, {}, deps);
  }
  const conversation = await deps.conversations.find(conversationId);
  if (await deps.echo.isEcho(amocrmMessageId, conversation)) {
    return { work: { kind: "ignore", reason: "our own words" } };
  }
  respectPause(conversation?.pausedUntilMillis, deps.now());
  if (conversation !== undefined) {
    const touched = touch(conversationId, conversation, deps.now());
    if (touched !== undefined) await deps.conversations.update(conversationId, touched);
  }
  if (envelope.late === undefined) return operatorToCustomer(event, { conversation }, deps);
  deps.logger.warn("LateEvent", { eventId: envelope.id, late: envelope.late });
  const isOvertaken = await deps.isOvertaken(event);
  // The look into the history took its time: the chat may have been paused meanwhile.
  const known = await deps.conversations.find(conversationId);
  respectPause(known?.pausedUntilMillis, deps.now());
  return operatorToCustomer(event, { conversation: known, isOvertaken }, deps);
}

function rememberReach(
  { conversationId, reach }: MembershipEvent,
  { conversations }: JobsDependencies,
): Job {
  const send = async (): Promise<string> => {
    await conversations.update(conversationId, { reach });
    return reach;
  };
  return { work: { kind: "parts", parts: [{ send }] } };
}

/** A request that this version cannot read was written by another one: kept, as any such event. */
function askedByBridge(text: string, deps: JobsDependencies): Job {
  const parsed = z.safeParse(z.pipe(z.transform(parseJson), bridgeEvent), text);
  if (!parsed.success) {
    const detail = "a request of another version";
    return { work: { kind: "park", reason: "not-understood", detail } };
  }
  const event = parsed.data;
  switch (event.kind) {
    case "delivery_status":
      return reportStatus(event, deps);
    case "notice":
      return notify(event, deps);
  }
}

/** A line that helps only now: whatever goes wrong, the operators' answers go on. */
function notify({ conversationId }: { conversationId: string }, deps: JobsDependencies): Job {
  const send = async (): Promise<string> => {
    const { language = "en", pausedUntilMillis } =
      (await deps.conversations.find(conversationId)) ?? {};
    respectPause(pausedUntilMillis, deps.now());
    return deps.messenger.sendText(chatOf(conversationId)?.chatId ?? "", waiting(language));
  };
  return { work: { kind: "parts", parts: [{ send, skipAfter: () => true }] } };
}

function reportStatus(
  report: Extract<BridgeEvent, { kind: "delivery_status" }>,
  { crm, logger, now, stateOf }: JobsDependencies,
): Job {
  const { amocrmMessageId, status, eventId, notBeforeMillis } = report;
  const send = async (): Promise<string> => {
    respectPause(notBeforeMillis, now());
    // Redriven with success meanwhile: the failure is history, and its report would be a lie.
    const isOutdated = status.statusCode === -1 && eventId !== undefined;
    if (isOutdated && (await stateOf(eventId)) === "sent") return "outdated";
    try {
      await crm.setDeliveryStatus(amocrmMessageId, status);
      return "reported";
    } catch (error) {
      if (!(error instanceof PermanentFailure)) throw error;
      // amoCRM does not know the message (any more): there is nobody left to tell.
      logger.error("StatusRefused", { amocrmMessageId, reason: error.message });
      return "refused";
    }
  };
  return { work: { kind: "parts", parts: [{ send }] } };
}

import { telegramMessagesOf } from "../../../../lambdas/model/ledger.ts";
import type { StepRecord } from "../../../../lambdas/model/ledger.ts";
import type { DeskMessage, EventRow } from "../../stream.ts";
import type { Model } from "../model.ts";

/** One message as the proof follows it. Without a simulator of its side, each of its events is one. */
export type Written = {
  readonly eventId: string;
  /** The chat and the message in Telegram, where the simulator knows them. */
  readonly key?: string;
  readonly isAccepted: boolean;
  readonly writtenAtMillis: number;
};

/** What customers wrote. */
export function customersMessages(model: Model): readonly Written[] {
  if (model.run?.isTelegramSimulated === false) {
    const isOwn = ({ id }: EventRow) => id.startsWith("tg:");
    const ids = acceptedEvents(model, isOwn, "UpdateAccepted");
    return ids.map((id) => withoutRecord(id, model));
  }
  return [...model["phone-message"].values()].flatMap((each) => {
    const { eventId, isAccepted = false, from, chatId, messageId, message } = each;
    if (from !== "customer" || eventId === undefined) return [];
    const seconds = Number(message["date"] ?? 0);
    const key = `${chatId}/${messageId}`;
    return [{ eventId, key, isAccepted, writtenAtMillis: seconds * 1000 }];
  });
}

/** The events that the ledger has a row of, and those that the webhook's log says it has accepted. */
function acceptedEvents(
  { event, hopsOf }: Model,
  isOwn: (row: EventRow) => boolean,
  fact: "UpdateAccepted" | "HookAccepted",
): readonly string[] {
  const accepted = [...hopsOf].flatMap(([id, hops]) =>
    hops.some((hop) => hop.kind === "fact" && hop.fact === fact) ? [id] : [],
  );
  const rows = [...event.values()].filter(isOwn).map(({ id }) => id);
  return [...new Set([...rows, ...accepted])];
}

function withoutRecord(eventId: string, { hopsOf }: Model): Written {
  return { eventId, isAccepted: true, writtenAtMillis: hopsOf.get(eventId)?.[0]?.atMillis ?? 0 };
}

/** An operator's message as the proof follows it. */
export type OperatorsMessage = Written & {
  readonly chatId: string;
  readonly hookStatus: number | undefined;
  /** The delivery state that the operator sees. */
  readonly told: number | undefined;
};

/** What operators wrote. */
export function operatorsMessages(model: Model): readonly OperatorsMessage[] {
  if (model.run?.isAmocrmSimulated === false) {
    const isOwn = ({ direction }: EventRow) => direction === "to-telegram";
    const ids = acceptedEvents(model, isOwn, "HookAccepted");
    const facts = { chatId: "", hookStatus: 200, told: undefined };
    return ids.map((id) => ({ ...withoutRecord(id, model), ...facts }));
  }
  return [...model["desk-message"].values()].filter(isOperators).map((message) => {
    const { id, eventId = id, conversationId, hookStatus, deliveryStatus, msecTimestamp } = message;
    const chatId = telegramChatOf(conversationId);
    const told = deliveryStatus.at(-1)?.status;
    const isAccepted = hookStatus === 200;
    return { eventId, chatId, hookStatus, told, isAccepted, writtenAtMillis: msecTimestamp };
  });
}

/** What the bridge itself wrote into the chat has our id. */
export function isOperators({ direction, msgid }: DeskMessage): boolean {
  return direction === "operator" && msgid === undefined;
}

/** Telegram's chat id in `tg-<bot>-<chat>`, or in the `tg-<bot>-<chat>-dm<topic>` of a channel. */
export function telegramChatOf(conversationId: string): string {
  return conversationId.replace(/^tg-\d+-/, "").replace(/-dm\d+$/, "");
}

/** The ids of the messages in Telegram that an event has made, in order. */
export function telegramIdsOf(row: EventRow | undefined): readonly string[] {
  return telegramMessagesOf((row?.steps ?? []) as readonly StepRecord[]);
}

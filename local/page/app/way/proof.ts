import { messageNamedBy } from "../../../../lambdas/model/ids.ts";
import type { Hop } from "../../../hops/hop.ts";
import type { EventRow } from "../../stream.ts";
import type { Model } from "../model.ts";
import { customersOutOfOrder, lateEvents, operatorsOutOfOrder } from "./order.ts";
import { customersMessages, operatorsMessages, telegramChatOf, telegramIdsOf } from "./written.ts";
import type { OperatorsMessage, Written } from "./written.ts";

/** What became of the messages of one direction. Every message is counted once, besides `reconciled`. */
export type DirectionProof = {
  /** Written, but the webhook has not accepted it yet: refused, on its way, or its hook was lost. */
  readonly notAccepted: number;
  readonly accepted: number;
  readonly delivered: number;
  /** The bot or the bridge itself answered it: its event shows operators no message. */
  readonly answered: number;
  readonly waiting: number;
  readonly parked: number;
  readonly ignored: number;
  /** Accepted messages whose hook was lost: the caretaker found them. */
  readonly reconciled: number;
  /** The events of accepted messages that are nowhere. */
  readonly lost: readonly string[];
  /** The ids of messages that arrived after a message that was written later. */
  readonly outOfOrder: readonly string[];
};

/** The counts of both directions. */
export type Proof = {
  readonly "to-amocrm": DirectionProof;
  readonly "to-telegram": DirectionProof;
};

/** The record of an arrival may come somewhat after the ledger's end of the event. */
const graceMillis = 15_000;

type Fate = "delivered" | "answered" | "waiting" | "parked" | "ignored" | "lost";

/**
 * Compares what people wrote with what arrived: by the records of the two simulators, and by the ledger
 * where a message has not arrived. `nowMillis` is the server's time.
 */
export function proofOf(model: Model, nowMillis: number): Proof {
  return {
    "to-amocrm": customersProof(model, nowMillis),
    "to-telegram": operatorsProof(model, nowMillis),
  };
}

function customersProof(model: Model, nowMillis: number): DirectionProof {
  const written = customersMessages(model);
  const shown = shownKeys(model);
  const tally = new Tally();
  for (const message of written) {
    if (!message.isAccepted) tally.notAccepted += 1;
    else if (shown.has(message.key ?? "")) tally.add(message.eventId, "delivered");
    else tally.add(message.eventId, customersFate(message, model, nowMillis));
  }
  return tally.proof(customersOutOfOrder(model, written));
}

/** The messages of customers that an operator sees. A message in several pieces is one. */
function shownKeys(model: Model): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { msgid, conversationId } of model["desk-message"].values()) {
    const messageId = msgid === undefined ? undefined : messageNamedBy(msgid, conversationId);
    if (messageId !== undefined) keys.add(`${telegramChatOf(conversationId)}/${messageId}`);
  }
  return keys;
}

function customersFate(written: Written, model: Model, nowMillis: number): Fate {
  const row = model.event.get(written.eventId);
  if (row?.state !== "sent") return unfinishedFate(written, row, "to-amocrm", model, nowMillis);
  const shows = row.steps.filter(({ step }) => step === "show-message");
  if (row.steps.length > 0 && shows.length === 0) return "answered";
  const isDeskSeen = model.run?.isAmocrmSimulated !== false;
  // With a record in Telegram the message itself has been looked for.
  const isThere =
    !isDeskSeen ||
    (written.key === undefined && shows.every(({ id = "" }) => model["desk-message"].has(id)));
  if (isThere) return "delivered";
  return isRecent(row.endedAtMillis ?? written.writtenAtMillis, nowMillis) ? "waiting" : "lost";
}

function operatorsProof(model: Model, nowMillis: number): DirectionProof {
  const tally = new Tally();
  const late = lateEvents(model);
  const arrived = new Set<string>();
  for (const { chatId, messageId } of model["phone-message"].values()) {
    arrived.add(`${chatId}/${messageId}`);
  }
  for (const message of operatorsMessages(model)) {
    const { eventId, hookStatus, told } = message;
    const row = model.event.get(eventId);
    if (hookStatus !== 200 && row === undefined && told === undefined) {
      tally.notAccepted += 1;
      continue;
    }
    if (late.get(eventId) === "reconciled") tally.reconciled += 1;
    tally.add(eventId, operatorsFate(message, row, arrived, model, nowMillis));
  }
  return tally.proof(operatorsOutOfOrder(model, late));
}

function operatorsFate(
  message: OperatorsMessage,
  row: EventRow | undefined,
  arrived: ReadonlySet<string>,
  model: Model,
  nowMillis: number,
): Fate {
  const { chatId, told, writtenAtMillis } = message;
  if (told === -1) return "parked";
  if (row?.state !== "sent") {
    // The end of the event may come over the stream after the report to the operator.
    if (told === 1) return "delivered";
    return unfinishedFate(message, row, "to-telegram", model, nowMillis);
  }
  const sent = telegramIdsOf(row);
  const isSeen = model.run?.isTelegramSimulated !== false && chatId !== "";
  const areThere =
    sent.every((id) => !isSeen || arrived.has(`${chatId}/${id}`)) ||
    takenByTelegram(model.hopsOf.get(message.eventId)) >= sent.length;
  if (sent.length === 0 ? told === 1 || chatId === "" : areThere) return "delivered";
  return isRecent(row.endedAtMillis ?? writtenAtMillis, nowMillis) ? "waiting" : "lost";
}

/** How many messages of the event Telegram took, by its own record: a deleted topic takes its messages along. */
function takenByTelegram(hops: readonly Hop[] = []): number {
  const taken = hops.filter(
    (hop) =>
      hop.kind === "call" &&
      hop.vendor === "telegram" &&
      hop.status === 200 &&
      /^send(?!Chat)/.test(hop.call),
  );
  return taken.length;
}

/** The fate of an event that has not ended with success. */
function unfinishedFate(
  { eventId, writtenAtMillis }: Written,
  row: EventRow | undefined,
  direction: "to-amocrm" | "to-telegram",
  model: Model,
  nowMillis: number,
): Fate {
  if (row?.state === "ignored" || row?.state === "parked") return row.state;
  const hops = model.hopsOf.get(eventId) ?? [];
  const acceptedAtMillis = hops[0]?.atMillis ?? writtenAtMillis;
  const { leaseUntilMillis = 0, notBeforeMillis = 0 } = row ?? {};
  const dueAtMillis = Math.max(acceptedAtMillis, leaseUntilMillis, notBeforeMillis);
  const isSpooled = hops.some((hop) => hop.kind === "fact" && hop.fact === "HookSpooled");
  const queue = model.queue.get(direction);
  const isQueueEmpty =
    queue !== undefined && queue.waiting + queue.inFlight + queue.deadLetters === 0;
  // An event that has not ended must be in its queue, also between two attempts.
  if (isSpooled || !isQueueEmpty || isRecent(dueAtMillis, nowMillis)) return "waiting";
  return "lost";
}

function isRecent(atMillis: number, nowMillis: number): boolean {
  return nowMillis - atMillis < graceMillis;
}

class Tally {
  notAccepted = 0;
  reconciled = 0;
  readonly #counts = { delivered: 0, answered: 0, waiting: 0, parked: 0, ignored: 0 };
  readonly #lost: string[] = [];

  add(eventId: string, fate: Fate): void {
    if (fate === "lost") this.#lost.push(eventId);
    else this.#counts[fate] += 1;
  }

  proof(outOfOrder: readonly string[]): DirectionProof {
    const { notAccepted, reconciled } = this;
    const known = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    const accepted = known + this.#lost.length;
    return { ...this.#counts, notAccepted, reconciled, accepted, lost: this.#lost, outOfOrder };
  }
}

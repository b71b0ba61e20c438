import { bridgeEnvelope } from "../model/envelope.ts";
import type { Envelope } from "../model/envelope.ts";
import { chatOf } from "../model/ids.ts";
import type { CustomerEvent, TelegramEvent } from "../model/message.ts";
import type { Now, EventQueue } from "../model/runtime.ts";
import type { CrmHealth } from "../model/crm.ts";
import type { DeliveryActions } from "./attempt.ts";

const outageMillis = 5 * 60_000;
const onceInMillis = 6 * 3_600_000;

/**
 * Tells a customer that the message waits. It does so only while nothing from the bridge has reached amoCRM
 * for five minutes, and once in six hours per chat. The outage notice goes through the queue to Telegram.
 * Operators do not see it.
 */
export function createOutageNotice(deps: {
  readonly health: CrmHealth;
  readonly toTelegram: EventQueue;
  readonly now: Now;
  /** Decodes the update of an envelope. */
  readonly eventOf: (envelope: Envelope) => Promise<TelegramEvent>;
}): NonNullable<DeliveryActions["whileWaiting"]> {
  const { health, toTelegram, now, eventOf } = deps;
  return async ({ id, group, envelope }, conversations) => {
    if (envelope?.source !== "telegram" || chatOf(group) === undefined) return;
    // On a quiet bridge the last success is old. Only a message that waits shows an outage.
    if (now() - envelope.receivedAtMillis < outageMillis) return;
    const lastSuccessAtMillis = (await health.lastSuccessAtMillis()) ?? 0;
    if (now() - lastSuccessAtMillis < outageMillis) return;
    const known = await conversations.find(group);
    if (now() - (known?.outageNoticeAtMillis ?? 0) < onceInMillis) return;
    const event = await eventOf(envelope);
    if (!isWritten(event)) return;
    // The bridge records the notice first: a crash here loses a notice, and does not repeat it.
    await conversations.update(group, {
      outageNoticeAtMillis: now(),
      language: known?.language ?? event.customer.language,
    });
    const notice = { kind: "notice", conversationId: group } as const;
    await toTelegram.put(bridgeEnvelope(notice, { id: `notice:${id}`, group, nowMillis: now() }));
  };
}

/** True for the customer's own message or edit. An administrator's message and a reaction do not count. */
function isWritten(event: TelegramEvent): event is CustomerEvent {
  return (event.kind === "message" || event.kind === "edit") && event.isOutgoing !== true;
}

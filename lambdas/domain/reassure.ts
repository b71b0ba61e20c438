import type { BridgeEvent, Envelope } from "../model/envelope.ts";
import type { Language } from "../model/language.ts";
import { chatOf } from "../model/ids.ts";
import type { Now } from "../ports/clock.ts";
import type { CrmHealth } from "../ports/crm-health.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { DeliveryWork } from "./delivery.ts";

const outageMillis = 5 * 60_000;
const onceInMillis = 6 * 3_600_000;

/**
 * Tells a customer that the message waits: only while nothing of the bridge has reached amoCRM for
 * five minutes, and once in six hours per chat. It goes through the queue to Telegram and is not
 * shown to operators.
 */
export function createReassure(deps: {
  readonly health: CrmHealth;
  readonly toTelegram: EventQueue;
  readonly now: Now;
  /** Language of the customer who sent an update. */
  readonly languageOf: (envelope: Envelope) => Promise<Language>;
}): NonNullable<DeliveryWork["whileWaiting"]> {
  const { health, toTelegram, now, languageOf } = deps;
  return async ({ id, group, envelope }, conversations) => {
    if (envelope?.source !== "telegram" || chatOf(group) === undefined) return;
    // On a quiet bridge the last success is old; only a message that waits shows an outage.
    if (now() - envelope.receivedAtMillis < outageMillis) return;
    const lastSuccessAtMillis = (await health.lastSuccessAtMillis()) ?? 0;
    if (now() - lastSuccessAtMillis < outageMillis) return;
    const known = await conversations.find(group);
    if (now() - (known?.reassuredAtMillis ?? 0) < onceInMillis) return;
    // Noted first: a crash here costs the customer a line, not their patience.
    await conversations.update(group, {
      reassuredAtMillis: now(),
      language: known?.language ?? (await languageOf(envelope)),
    });
    const notice: BridgeEvent = { kind: "notice", conversationId: group };
    await toTelegram.put({
      v: 1,
      id: `notice:${id}`,
      group,
      source: "bridge",
      receivedAtMillis: now(),
      verified: true,
      body: Buffer.from(JSON.stringify(notice)).toString("base64"),
    });
  };
}

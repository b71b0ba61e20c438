import { messageEventIdOf } from "../amocrm/webhook/identify.ts";
import { packBody } from "../ingest/pack-body.ts";
import type { AmocrmChannelCredentials } from "./credentials.ts";
import type { ReconcileSchedule } from "../caretaker/reconcile-schedule.ts";
import { rateLimitedHistory } from "../delivery/rate-limits.ts";
import { reconcile } from "../caretaker/reconcile.ts";
import type { ReconcileReport } from "../caretaker/reconcile.ts";
import type {
  ActiveConversations,
  BodyWriter,
  ConversationStore,
  DeliveryStates,
} from "../model/stores.ts";
import type { Now, EventQueue, Logger, Secret } from "../model/runtime.ts";
import type { CrmHistory } from "../model/crm.ts";

/** The ports of finding lost hooks. */
export type ReconcilerPorts = {
  readonly channel: Pick<Secret<AmocrmChannelCredentials>, "read">;
  readonly history: CrmHistory;
  readonly stores: {
    readonly active: ActiveConversations;
    readonly conversations: ConversationStore;
    readonly ledger: DeliveryStates;
  };
  readonly toTelegram: EventQueue;
  readonly bodies: BodyWriter;
  readonly now: Now;
  readonly logger: Logger;
};

/** Makes one run: finds operators' messages of a span of time whose hooks never came, and enqueues them. */
export type Reconcile = (
  span: { readonly sinceMillis: number; readonly deadlineMillis?: number },
  schedule: ReconcileSchedule,
) => Promise<ReconcileReport>;

/** The reconciler over the ports. The caretaker, a command and the simulation use it. */
export function composeReconciler(ports: ReconcilerPorts): Reconcile {
  const { channel, stores, toTelegram, bodies, now, logger } = ports;
  const { conversations } = stores;
  const history = rateLimitedHistory(ports.history, { conversations, now });
  return async (span, schedule) => {
    const { scopeId, connectedAtMillis = 0 } = await channel.read();
    const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
    const lost = { toTelegram, packBody, bodies, scopeId, hookIdOf };
    return reconcile(
      { ...span, connectedAtMillis },
      { ...stores, history, schedule, lost, now, logger },
    );
  };
}

import { messageEventIdOf } from "../adapters/amocrm/identify.ts";
import { packBody } from "../adapters/bodies/pack-body.ts";
import type { AmocrmChannelCredentials } from "../config/credentials.ts";
import type { Looks } from "../domain/looks.ts";
import { patientHistory } from "../domain/patient-history.ts";
import { reconcile } from "../domain/reconcile.ts";
import type { ReconcileReport } from "../domain/reconcile.ts";
import type { ActiveConversations } from "../ports/active-conversations.ts";
import type { BodyWriter } from "../ports/bodies.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { EventStanding } from "../ports/event-standing.ts";
import type { Logger } from "../ports/logger.ts";
import type { Secret } from "../ports/secret.ts";

/** Everything that finding lost hooks touches, as ports. */
export type ReconcilerPorts = {
  readonly channel: Pick<Secret<AmocrmChannelCredentials>, "read">;
  readonly history: CrmHistory;
  readonly stores: {
    readonly active: ActiveConversations;
    readonly conversations: ConversationStore;
    readonly ledger: EventStanding;
  };
  readonly toTelegram: EventQueue;
  readonly bodies: BodyWriter;
  readonly now: Now;
  readonly logger: Logger;
};

/** Looks once for operators' messages of a span of time whose hooks never came, and enqueues them. */
export type Reconcile = (
  span: { readonly sinceMillis: number; readonly deadlineMillis?: number },
  looks: Looks,
) => Promise<ReconcileReport>;

/** The reconciler over the ports: the caretaker's, that of a command, and that of the simulation. */
export function composeReconciler(ports: ReconcilerPorts): Reconcile {
  const { channel, stores, toTelegram, bodies, now, logger } = ports;
  const { conversations } = stores;
  const history = patientHistory(ports.history, { conversations, now });
  return async (span, looks) => {
    const { scopeId, connectedAtMillis = 0 } = await channel.read();
    const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
    const lost = { toTelegram, packBody, bodies, scopeId, hookIdOf };
    return reconcile(
      { ...span, connectedAtMillis },
      { ...stores, history, looks, lost, now, logger },
    );
  };
}

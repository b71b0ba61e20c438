import { messageEventIdOf } from "../amocrm/webhook/identify.ts";
import { createCaretaker } from "../caretaker/caretaker.ts";
import type { Rounds } from "../caretaker/caretaker.ts";
import { createSchedulesByWindow } from "../caretaker/reconcile-schedule.ts";
import type { ReconcileSchedule } from "../caretaker/reconcile-schedule.ts";
import { reconcile } from "../caretaker/reconcile.ts";
import type { ReconcileReport } from "../caretaker/reconcile.ts";
import * as rounds from "../caretaker/rounds.ts";
import { createWideReconcile } from "../caretaker/wide-reconcile.ts";
import { rateLimitedHistory } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { closeEnded, closeSilent } from "../hand-off/end.ts";
import { findUnanswered } from "../waiting/find-unanswered.ts";
import type { DueWaits } from "../model/stores.ts";
import { packBody } from "../ingest/pack-body.ts";
import type {
  CaretakerReports,
  OwnWebhook,
  PublicHosts,
  WebhookInspector,
} from "../model/caretaker-report.ts";
import type { CrmHistory, CrmTalks } from "../model/crm.ts";
import { SecretUnset } from "../model/runtime.ts";
import type {
  EventQueue,
  Logger,
  Now,
  Secret,
  SpoolReader,
  WideReconcileReader,
} from "../model/runtime.ts";
import type {
  ActiveConversations,
  BodyWriter,
  ConversationStore,
  DeliveryStates,
} from "../model/stores.ts";
import type { AmocrmChannelCredentials } from "./credentials.ts";

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

/**
 * Makes the function of one run: it finds operators' messages of a span of time whose hooks never came, and
 * enqueues them. The caretaker and a command use it.
 */
export function composeReconciler(ports: ReconcilerPorts) {
  const { channel, stores, toTelegram, bodies, now, logger } = ports;
  const { conversations } = stores;
  const history = rateLimitedHistory(ports.history, { conversations, now });
  return async (
    span: { readonly sinceMillis: number; readonly deadlineMillis?: number },
    schedule: ReconcileSchedule,
  ): Promise<ReconcileReport> => {
    const { scopeId, connectedAtMillis = 0 } = await channel.read();
    const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
    const lost = { toTelegram, packBody, bodies, scopeId, hookIdOf };
    return reconcile(
      { ...span, connectedAtMillis },
      { ...stores, history, schedule, lost, now, logger },
    );
  };
}

const hourMillis = 3_600_000;
const wideHours = 24;
/** A part of the 55 s that the function has. */
const reconcileMillis = 40_000;

/** The caretaker's ports: AWS's in production, simulated ones in tests. */
export type CaretakerPorts = {
  readonly reconciling: ReconcilerPorts;
  readonly spool: SpoolReader;
  readonly wideReconciles: WideReconcileReader;
  readonly reports: CaretakerReports;
  /** Present when a bot answers until an operator is called. */
  readonly handOff:
    | {
        readonly talks: CrmTalks;
        readonly pauses: Pauses;
        readonly toAmocrm: EventQueue;
        /** Conversations whose last activity is before the span of silence that ends a talk. */
        readonly silent: ActiveConversations;
      }
    | undefined;
  /** Present when the bridge finds customers whom nobody has answered. */
  readonly waiting: { readonly waits: DueWaits; readonly toAmocrm: EventQueue } | undefined;
  /** Absent when the caretaker does not watch the webhooks and secrets of a bridge. */
  readonly watching:
    | {
        readonly telegram: OwnWebhook;
        readonly amocrm: OwnWebhook;
        readonly webhook: WebhookInspector;
        readonly webhookUrl: string;
        /** Undefined without a token, or when the token does not say. */
        readonly expiresAtMillis: () => Promise<number | undefined>;
        readonly hosts: PublicHosts;
        readonly nonce: () => string;
      }
    | undefined;
};

/** The caretaker: its rounds over the ports. */
export function composeCaretakerRounds(ports: CaretakerPorts) {
  const { reconciling, spool, wideReconciles, reports, handOff, waiting, watching } = ports;
  const { toTelegram, channel, now, logger } = reconciling;
  const { active, conversations } = reconciling.stores;
  const run = composeReconciler(reconciling);
  const reconcileWithin = (windowHours: number, schedule: ReconcileSchedule) => {
    const sinceMillis = now() - windowHours * hourMillis;
    return run({ sinceMillis, deadlineMillis: now() + reconcileMillis }, schedule);
  };
  const scheduleOf = createSchedulesByWindow();
  const wideReconcile = createWideReconcile({
    requests: wideReconciles,
    reconcile: (schedule) => reconcileWithin(wideHours, schedule),
    now,
    logger,
  });
  const findingsOf = (report: ReconcileReport | undefined) =>
    report === undefined ? {} : { reconciledAtMillis: now(), foundLost: report.found };
  const isConnected = () =>
    channel.read().then(
      () => true,
      (error: unknown) => !(error instanceof SecretUnset),
    );
  const always: Rounds = {
    drainSpool: async () => void (await rounds.drainSpool({ spool, queue: toTelegram, logger })),
    reconcile: async (hours) => findingsOf(await reconcileWithin(hours, scheduleOf(hours))),
    wideReconcile: async () => findingsOf(await wideReconcile()),
  };
  const watch: Rounds | undefined = watching && {
    watchWebhook: () =>
      rounds.watchWebhook(watching.webhookUrl, { ...watching, isConnected, now, logger }),
    checkWebhooks: () => rounds.checkWebhooks({ ...watching, now, logger }),
    watchApiToken: () => rounds.watchApiToken({ ...watching, now, logger }),
    watchHosts: () => rounds.watchHosts({ ...watching, now, logger }),
  };
  const close: Rounds | undefined = handOff && {
    closeSilent: async () => {
      await closeSilent({ ...handOff, active: handOff.silent, conversations, now, logger });
    },
    closeEnded: async (windowHours) => {
      const deps = { ...handOff, active, conversations, now, logger };
      await closeEnded(now() - windowHours * hourMillis, deps);
    },
  };
  const find: Rounds | undefined = waiting && {
    findUnanswered: async () => void (await findUnanswered({ ...waiting, now, logger })),
  };
  const all = { ...always, ...watch, ...close, ...find };
  return createCaretaker({ rounds: all, reports, now, logger });
}

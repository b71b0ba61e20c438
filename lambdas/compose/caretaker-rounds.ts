import { checkWebhooks, drainSpool, watchApiToken, watchWebhook } from "../caretaker/rounds.ts";
import { watchHosts } from "../caretaker/watch-hosts.ts";
import { closeEnded, closeSilent } from "../hand-off/end.ts";
import { createSchedulesByWindow } from "../caretaker/reconcile-schedule.ts";
import type { ReconcileSchedule } from "../caretaker/reconcile-schedule.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import type { ReconcileReport } from "../caretaker/reconcile.ts";
import { createWideReconcile } from "../caretaker/wide-reconcile.ts";
import { createCaretaker } from "../caretaker/caretaker.ts";
import type { Rounds } from "../caretaker/caretaker.ts";
import type { ActiveConversations } from "../model/stores.ts";
import type {
  CaretakerReports,
  OwnWebhook,
  PublicHosts,
  WebhookInspector,
} from "../model/caretaker-report.ts";
import type { CrmTalks } from "../model/crm.ts";
import { SecretUnset } from "../model/runtime.ts";
import type { EventQueue, SpoolReader, WideReconcileReader } from "../model/runtime.ts";
import { composeReconciler } from "./reconciler.ts";
import type { ReconcilerPorts } from "./reconciler.ts";

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
  /** Absent when the caretaker does not watch the webhooks and secrets of a bridge. */
  readonly watching:
    | {
        readonly telegram: OwnWebhook;
        readonly amocrm: OwnWebhook;
        readonly webhook: WebhookInspector;
        readonly webhookUrl: string;
        readonly apiTokenExpiresAtMillis: () => Promise<number | undefined>;
        readonly hosts: PublicHosts;
        readonly nonce: () => string;
      }
    | undefined;
};

/** The caretaker: its rounds over the ports. */
export function composeCaretakerRounds(ports: CaretakerPorts) {
  const { reconciling, spool, wideReconciles, reports, handOff, watching } = ports;
  const { toTelegram, channel, now, logger } = reconciling;
  const { active, conversations } = reconciling.stores;
  const reconcile = composeReconciler(reconciling);
  const reconcileWithin = (windowHours: number, schedule: ReconcileSchedule) => {
    const sinceMillis = now() - windowHours * hourMillis;
    return reconcile({ sinceMillis, deadlineMillis: now() + reconcileMillis }, schedule);
  };
  const looksWithin = createSchedulesByWindow();
  const wideReconcile = createWideReconcile({
    requests: wideReconciles,
    reconcile: (schedule) => reconcileWithin(wideHours, schedule),
    now,
    logger,
  });
  const findingsOf = ({ found: foundLost }: ReconcileReport) => ({
    reconciledAtMillis: now(),
    foundLost,
  });
  const isConnected = () =>
    channel.read().then(
      () => true,
      (error: unknown) => !(error instanceof SecretUnset),
    );
  const rounds: Rounds = {
    drainSpool: async () => {
      await drainSpool({ spool, queue: toTelegram, logger });
    },
    reconcile: async (hours) => findingsOf(await reconcileWithin(hours, looksWithin(hours))),
    wideReconcile: async () => {
      const report = await wideReconcile();
      return report === undefined ? {} : findingsOf(report);
    },
    ...(watching === undefined
      ? {}
      : {
          watchWebhook: () => {
            const { webhook, webhookUrl } = watching;
            return watchWebhook(webhookUrl, { webhook, isConnected, now, logger });
          },
          checkWebhooks: () => {
            const { telegram, amocrm, nonce } = watching;
            return checkWebhooks({ telegram, amocrm, nonce, now, logger });
          },
          watchApiToken: () => {
            const expiresAtMillis = watching.apiTokenExpiresAtMillis;
            return watchApiToken({ expiresAtMillis, now, logger });
          },
          watchHosts: () => watchHosts({ hosts: watching.hosts, now, logger }),
        }),
    ...(handOff === undefined
      ? {}
      : {
          closeSilent: async () => {
            const { silent, toAmocrm } = handOff;
            await closeSilent({ active: silent, conversations, toAmocrm, now, logger });
          },
          closeEnded: async (windowHours) => {
            const { talks, pauses, toAmocrm } = handOff;
            const deps = { active, conversations, talks, pauses, toAmocrm, now, logger };
            await closeEnded(now() - windowHours * hourMillis, deps);
          },
        }),
  };
  return createCaretaker({ rounds, reports, now, logger });
}

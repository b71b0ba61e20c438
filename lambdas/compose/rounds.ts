import { checkWebhooks } from "../domain/check-webhooks.ts";
import { drainSpool } from "../domain/drain-spool.ts";
import { closeEnded } from "../domain/hand-off/close-ended.ts";
import { closeSilent } from "../domain/hand-off/close-silent.ts";
import { createLooksByWindow } from "../domain/looks.ts";
import type { Looks } from "../domain/looks.ts";
import type { Pauses } from "../domain/pauses.ts";
import type { ReconcileReport } from "../domain/reconcile.ts";
import { watchApiToken } from "../domain/watch-api-token.ts";
import { watchWebhook } from "../domain/watch-webhook.ts";
import { createWideLook } from "../domain/wide-look.ts";
import { createCaretaker } from "../handlers/caretaker.ts";
import type { Rounds } from "../handlers/caretaker.ts";
import type { ActiveConversations } from "../ports/active-conversations.ts";
import type { CaretakerReports } from "../ports/caretaker-reports.ts";
import type { CrmTalks } from "../ports/crm-talks.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { OwnWebhook } from "../ports/own-webhook.ts";
import { SecretUnset } from "../ports/secret.ts";
import type { SpoolReader } from "../ports/spool-reader.ts";
import type { WebhookInspector } from "../ports/webhook-info.ts";
import type { WideLookReader } from "../ports/wide-look-requests.ts";
import { composeReconciler } from "./reconciler.ts";
import type { ReconcilerPorts } from "./reconciler.ts";

const hourMillis = 3_600_000;
const wideHours = 24;
/** Of the 55 s that the function has. */
const reconcileMillis = 40_000;

/** Everything the caretaker touches, as ports: AWS's in production, simulated ones in tests. */
export type CaretakerPorts = {
  readonly reconciling: ReconcilerPorts;
  readonly spool: SpoolReader;
  readonly wideLooks: WideLookReader;
  readonly reports: CaretakerReports;
  /** Present where a bot answers until an operator is called. */
  readonly handOff:
    | {
        readonly talks: CrmTalks;
        readonly pauses: Pauses;
        readonly toAmocrm: EventQueue;
        /** Conversations that were last active before the span of silence that ends a talk. */
        readonly silent: ActiveConversations;
      }
    | undefined;
  /** Absent where the webhooks and secrets of a bridge are not watched. */
  readonly watching:
    | {
        readonly telegram: OwnWebhook;
        readonly amocrm: OwnWebhook;
        readonly webhook: WebhookInspector;
        readonly webhookUrl: string;
        readonly apiTokenExpiresAtMillis: () => Promise<number | undefined>;
        readonly nonce: () => string;
      }
    | undefined;
};

/** The caretaker: its rounds over the ports. */
export function composeCaretakerRounds(ports: CaretakerPorts) {
  const { reconciling, spool, wideLooks, reports, handOff, watching } = ports;
  const { toTelegram, channel, now, logger } = reconciling;
  const { active, conversations } = reconciling.stores;
  const reconcile = composeReconciler(reconciling);
  const reconcileWithin = (windowHours: number, looks: Looks) => {
    const sinceMillis = now() - windowHours * hourMillis;
    return reconcile({ sinceMillis, deadlineMillis: now() + reconcileMillis }, looks);
  };
  const looksWithin = createLooksByWindow();
  const wideLook = createWideLook({
    requests: wideLooks,
    reconcile: (looks) => reconcileWithin(wideHours, looks),
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
    wideLook: async () => {
      const report = await wideLook();
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

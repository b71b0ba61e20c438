import type { Envelope, HealthCheck } from "../model/envelope.ts";
import { SecretUnavailable, SecretUnset } from "../model/runtime.ts";
import type { EventQueue, Logger, SpoolReader, Now } from "../model/runtime.ts";
import { isFailure } from "../model/failure.ts";
import type {
  CaretakerFindings,
  OwnWebhook,
  PublicHosts,
  WebhookInspector,
} from "../model/caretaker-report.ts";
import { reasonOf } from "../delivery/record-failure.ts";

const atOnce = 100;

/**
 * Moves events from the spool into the queue, the oldest first. Removes an event from the spool only after
 * the queue accepted it, so a crash can only cause a repeat. Stops at the first refusal and throws it: the
 * queue is still down, and the order must hold. Returns how many events it moved.
 */
export async function drainSpool(deps: {
  readonly spool: SpoolReader;
  readonly queue: EventQueue;
  readonly logger: Logger;
}): Promise<number> {
  let drained = 0;
  const oldest = await deps.spool.oldest(atOnce);
  if (oldest.length > 0) deps.logger.warn("SpoolWaiting", { waiting: oldest.length });
  for (const spooled of oldest) {
    // An unverified event stays unverified. The sender verifies it before it acts.
    const envelope: Envelope = { ...spooled, late: "spooled" };
    await deps.queue.put(envelope);
    await deps.spool.remove(spooled.id);
    drained += 1;
  }
  if (drained > 0) deps.logger.warn("SpoolDrained", { drained });
  return drained;
}

/**
 * Sends a health check through both webhooks, as a vendor would, and returns which of them answered
 * 200. Leaves out a webhook that is not set up yet, because that is no trouble.
 */
export async function checkWebhooks(deps: {
  readonly telegram: OwnWebhook;
  readonly amocrm: OwnWebhook;
  readonly nonce: () => string;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<CaretakerFindings> {
  const { telegram, amocrm, nonce, now, logger } = deps;
  const check = async (side: "telegram" | "amocrm", webhook: OwnWebhook) => {
    const sentAtMillis = now();
    const body: HealthCheck = { kind: "synthetic", sentAtMillis, nonce: nonce() };
    try {
      const status = await webhook.send(body);
      const fields = { side, status, millis: now() - sentAtMillis };
      if (status === 200) logger.info("CheckAnswered", fields);
      else logger.error("CheckFailed", fields);
      return status === 200;
    } catch (error) {
      if (error instanceof SecretUnavailable) {
        logger.info("CheckSkipped", { side, reason: reasonOf(error) });
        return undefined;
      }
      if (!isFailure(error)) throw error;
      logger.error("CheckFailed", { side, reason: reasonOf(error) });
      return false;
    }
  };
  const [isTelegramWebhookFine, isAmocrmWebhookFine] = await Promise.all([
    check("telegram", telegram),
    check("amocrm", amocrm),
  ]);
  return { checkedAtMillis: now(), isTelegramWebhookFine, isAmocrmWebhookFine };
}

const dayMillis = 86_400_000;

/** Returns when the token of amoCRM's main API ends; nothing for a bridge without a token. */
export async function watchApiToken(deps: {
  /** Undefined without a token, or when the token does not say. */
  readonly expiresAtMillis: () => Promise<number | undefined>;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<CaretakerFindings> {
  const apiTokenExpiresAtMillis = await deps.expiresAtMillis();
  if (apiTokenExpiresAtMillis !== undefined) {
    const daysLeft = Math.floor((apiTokenExpiresAtMillis - deps.now()) / dayMillis);
    deps.logger.info("ApiTokenRead", { daysLeft });
  }
  return { apiTokenExpiresAtMillis };
}

const manyPending = 100;
const hourMillis = 3_600_000;

/**
 * Checks whether Telegram still delivers to us. Another consumer of the bot takes the webhook away
 * without notice. So a webhook that is not ours is an error for a person, and this check repairs
 * nothing. While the bridge is not connected (before setup and after `bridge disconnect`), such a
 * webhook only means that ours is not set yet. Throws SecretUnset without a bot token.
 */
export async function watchWebhook(
  expectedUrl: string,
  deps: {
    readonly webhook: WebhookInspector;
    /** True when customers' messages have a way to amoCRM, and when that is unknown. */
    readonly isConnected: () => Promise<boolean>;
    readonly now: Now;
    readonly logger: Logger;
  },
): Promise<CaretakerFindings> {
  const { webhook, isConnected, now, logger } = deps;
  try {
    const { url, pendingUpdates, lastErrorAtMillis } = await webhook.inspect();
    const facts = { pendingUpdates, isOurs: url === expectedUrl };
    if (!facts.isOurs && !(await isConnected())) {
      logger.info("WebhookNotSetYet", facts);
      return {
        webhookInspectedAtMillis: now(),
        isWebhookOurs: undefined,
        pendingUpdates: undefined,
      };
    }
    if (!facts.isOurs) logger.error("WebhookTakenAway", facts);
    else if (pendingUpdates >= manyPending) logger.error("WebhookBacklog", facts);
    else if (lastErrorAtMillis !== undefined && now() - lastErrorAtMillis < hourMillis) {
      logger.warn("WebhookErrors", facts);
    } else logger.info("WebhookFine", facts);
    const { isOurs: isWebhookOurs } = facts;
    return { webhookInspectedAtMillis: now(), isWebhookOurs, pendingUpdates };
  } catch (error) {
    if (error instanceof SecretUnset) throw error;
    if (!isFailure(error)) throw error;
    logger.error("WebhookNotInspected", { reason: reasonOf(error) });
    return {};
  }
}

/** ACM renews about 45 days before the end. Below 30 days, the renewal has failed for two weeks. */
const leastDays = 30;
/** S3's answer for a file that does not exist, to a caller that may not list the bucket. */
const noSuchFile = 403;

/**
 * Checks whether customers' files are served, and how many days are left for the certificates of the
 * bridge's own hosts. No message shows either: amoCRM shows a dead link, and a certificate ends on one
 * day for all calls. One trouble does not hide another.
 */
export async function watchHosts(deps: {
  readonly hosts: PublicHosts;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<void> {
  const { hosts, now, logger } = deps;
  const orElse = (fact: string, fields: { readonly host?: string }) => (error: unknown) => {
    if (!isFailure(error)) throw error;
    logger.error(fact, { ...fields, reason: reasonOf(error) });
  };
  const checkMedia = async () => {
    const status = await hosts.statusOfMissingFile();
    if (status === noSuchFile) logger.info("MediaServed", { status });
    else logger.error("MediaNotServed", { status });
  };
  const checkCertificate = async (host: string) => {
    const endsAtMillis = await hosts.certificateEndsAtMillis(host);
    const daysLeft = Math.floor((endsAtMillis - now()) / dayMillis);
    if (daysLeft < leastDays) logger.error("CertificateExpires", { host, daysLeft });
    else logger.info("CertificateRead", { host, daysLeft });
  };
  await Promise.all([
    checkMedia().catch(orElse("MediaNotServed", {})),
    // Whether the host answers at all is the matter of other checks, which raise alarms.
    ...hosts.withCertificate.map((host) =>
      checkCertificate(host).catch(orElse("CertificateNotRead", { host })),
    ),
  ]);
}

import { reasonOf } from "../delivery/record-failure.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Logger, Now } from "../model/runtime.ts";
import type { PublicHosts } from "../model/caretaker-report.ts";

const dayMillis = 86_400_000;
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
    if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
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

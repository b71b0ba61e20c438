import { fault, notApplicable, ok, unknown } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";
import { judgeCertificate } from "./address.ts";

const filesAreGone = "operators cannot open customers' files: amoCRM gets no file from the links";

/** Checks of the host from which amoCRM gets customers' files. */
export const mediaChecks: readonly Check[] = [
  {
    id: "media-address",
    group: "public address",
    title: "the host of customers' files answers 403 for a file that does not exist",
    judge: judgeAnswer,
  },
  {
    id: "media-certificate",
    group: "public address",
    title: "the certificate of customers' files is valid for 30 more days",
    judge: judgeMediaCertificate,
  },
];

/** S3 answers 403 and not 404, because CloudFront may not list the bucket. */
function judgeAnswer({ media, stage }: Facts): Finding {
  if (!media.known) return unknown(media.why);
  const { reply, host } = media.value;
  const point = `point ${host} to the output MediaDnsTarget of the stack, then npx cdk deploy ${stage.name}/${stage.bridge ?? "*"}`;
  if (reply.kind === "silent") return fault(reply.reason, filesAreGone, point);
  if (reply.status === 403) return ok("403 for a file that does not exist, as expected");
  return fault(`${host} answers ${reply.status}, not 403`, filesAreGone, point);
}

function judgeMediaCertificate(facts: Facts): Finding {
  const { media, nowMillis } = facts;
  if (!media.known) return unknown(media.why);
  const { certificate, host } = media.value;
  if (certificate === undefined) return notApplicable("the laptop run has no certificate");
  // `media-address` reports that the host does not answer.
  if (!certificate.known) return unknown(certificate.why);
  return judgeCertificate(certificate.value, { host, nowMillis, causes: filesAreGone });
}

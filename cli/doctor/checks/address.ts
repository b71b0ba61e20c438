import type { ServedCertificate } from "../../../lambdas/http/certificate.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { isOwnDomain } from "../own-domain.ts";
import type { AddressFacts, Facts, Reply } from "../facts/facts.ts";

const dayMillis = 86_400_000;
/** ACM renews about 45 days before the end. Below 30 days, the renewal has failed for two weeks. */
const soonMillis = 30 * dayMillis;
const hooksAreLost =
  "amoCRM's hooks are lost, because amoCRM does not retry them; Telegram keeps updates for a day";

/** Checks of the bridge's address as the vendors see it. */
export const addressChecks: readonly Check[] = [
  {
    id: "address-name",
    group: "public address",
    title: "the name of the webhooks' host resolves to IPv4, which Telegram needs",
    judge: (facts) => withAddress(facts, judgeName),
  },
  {
    id: "address-certificate",
    group: "public address",
    title: "it answers over TLS 1.2 or later, with a certificate that is valid for 30 more days",
    judge: (facts) => withAddress(facts, judgeWebhookCertificate),
  },
  {
    id: "telegram-route",
    group: "public address",
    title: "the bridge answers /telegram, and refuses a post without the secret",
    judge: (facts) => withAddress(facts, ({ telegramRoute }) => judgeRoute(telegramRoute, facts)),
  },
  {
    id: "amocrm-route",
    group: "public address",
    title: "the bridge answers /amocrm/{scope id}, and refuses a post without a signature",
    judge: (facts) =>
      withAddress(facts, ({ amocrmRoute }) =>
        amocrmRoute.known ? judgeRoute(amocrmRoute.value, facts) : unknown(amocrmRoute.why),
      ),
  },
  {
    id: "default-endpoint",
    group: "public address",
    title: "the AWS address of the API is off, if the bridge has its own domain",
    judge: (facts) => withAddress(facts, judgeDefaultEndpoint),
  },
];

function withAddress(
  facts: Facts,
  judge: (address: AddressFacts, facts: Facts) => Finding,
): Finding {
  return facts.address.known ? judge(facts.address.value, facts) : unknown(facts.address.why);
}

const onLoopback = "the laptop run has no host name and no certificate";

function judgeName({ addresses }: AddressFacts, { stage }: Facts): Finding {
  if (addresses === undefined) return notApplicable(onLoopback);
  if (!addresses.known) return unknown(addresses.why);
  if (addresses.value.length > 0) return ok(`${addresses.value.length} addresses`);
  return fault(
    `${new URL(stage.outputs.WebhookUrl).hostname} has no IPv4 address`,
    hooksAreLost,
    "point the name to the domain of the API, which is in the stack's outputs",
  );
}

function judgeWebhookCertificate(
  { certificate }: AddressFacts,
  { nowMillis, stage }: Facts,
): Finding {
  if (certificate === undefined) return notApplicable(onLoopback);
  if (!certificate.known) {
    return fault(certificate.why, hooksAreLost, "check that the name leads to the stage's API");
  }
  const { hostname: host } = new URL(stage.outputs.WebhookUrl);
  return judgeCertificate(certificate.value, { host, nowMillis, causes: hooksAreLost });
}

/** Judges the certificate that a host presents. AWS itself renews those of its own hosts. */
export function judgeCertificate(
  { fault: wrong, endsAtMillis, protocol }: ServedCertificate,
  of: { readonly host: string; readonly nowMillis: number; readonly causes: string },
): Finding {
  const { host, nowMillis, causes } = of;
  const days = Math.floor((endsAtMillis - nowMillis) / dayMillis);
  const renew = `renew the certificate of ${host} in AWS Certificate Manager, or fix its validation record`;
  if (wrong !== undefined) return fault(`the certificate is not valid (${wrong})`, causes, renew);
  if (!/^TLSv1\.[23]$/.test(protocol)) {
    return fault(`it uses ${protocol}`, "Telegram uses only TLS 1.2 or later", renew);
  }
  const says = `${protocol}, ${days} days left`;
  const isSoon = endsAtMillis - nowMillis < soonMillis && isOwnDomain(host);
  return isSoon ? warning(says, causes, renew) : ok(says);
}

function judgeRoute(reply: Reply, { stage }: Facts): Finding {
  const deploy =
    stage.bridge === undefined
      ? "stop the laptop run and start it again"
      : `read the function's log, then npx cdk deploy ${stage.name}/${stage.bridge}`;
  if (reply.kind === "silent") return fault(reply.reason, hooksAreLost, deploy);
  switch (reply.status) {
    case 401:
      return ok("refused, as expected");
    case 404:
      return fault(
        "this bridge does not answer there (404): it has another scope, or another API answers",
        hooksAreLost,
        `${commandOn(stage, "connect")}; if that does not help, ${deploy}`,
      );
    case 200:
      return fault(
        "a post without a secret or a signature is accepted",
        "any person can write in the name of a customer or an operator, or another program answers there",
        deploy,
      );
    default:
      return fault(`it answers ${reply.status}`, hooksAreLost, deploy);
  }
}

/**
 * Only our own 401 means that the address is on. The gateway's answers for an address that is off
 * differ from it.
 */
function judgeDefaultEndpoint({ defaultEndpoint }: AddressFacts, { stage }: Facts): Finding {
  if (defaultEndpoint === undefined) return notApplicable("it is the bridge's only address");
  if (!defaultEndpoint.known) return unknown(defaultEndpoint.why);
  const reply = defaultEndpoint.value;
  if (reply.kind === "silent" || reply.status !== 401) return ok("off");
  return warning(
    "the bridge also answers at the AWS address",
    "callers can bypass the domain's limits and blocks",
    `when amoCRM calls the host, remove keepFormerAddress and deploy: npx cdk deploy ${stage.name}/${stage.bridge ?? "*"}`,
  );
}

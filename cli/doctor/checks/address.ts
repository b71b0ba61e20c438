import { commandOn } from "../../stage/stage.ts";
import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { AddressFacts, Facts, Reply } from "../facts/facts.ts";

const dayMillis = 86_400_000;
const soonMillis = 14 * dayMillis;
const hooksAreLost =
  "hooks of amoCRM are lost, which it never repeats; Telegram keeps updates for a day";

/** Checks of the bridge's address as the vendors see it. */
export const addressChecks: readonly Check[] = [
  {
    id: "address-name",
    group: "public address",
    title: "the name of the webhooks' host resolves, to IPv4 as Telegram wants",
    judge: (facts) => withAddress(facts, judgeName),
  },
  {
    id: "address-certificate",
    group: "public address",
    title:
      "it answers over TLS 1.2 or later, with a certificate that fits and holds for 14 days more",
    judge: (facts) => withAddress(facts, judgeCertificate),
  },
  {
    id: "telegram-route",
    group: "public address",
    title: "/telegram is answered by the bridge, which refuses a post without its secret",
    judge: (facts) => withAddress(facts, ({ telegramRoute }) => judgeRoute(telegramRoute, facts)),
  },
  {
    id: "amocrm-route",
    group: "public address",
    title: "/amocrm/{scope id} is answered by the bridge, which refuses a post without a signature",
    judge: (facts) =>
      withAddress(facts, ({ amocrmRoute }) =>
        amocrmRoute.known ? judgeRoute(amocrmRoute.value, facts) : unknown(amocrmRoute.why),
      ),
  },
  {
    id: "default-endpoint",
    group: "public address",
    title: "the address that AWS gives is off, where the bridge has a domain of its own",
    judge: (facts) => withAddress(facts, judgeDefaultEndpoint),
  },
];

function withAddress(
  facts: Facts,
  judge: (address: AddressFacts, facts: Facts) => Finding,
): Finding {
  return facts.address.known ? judge(facts.address.value, facts) : unknown(facts.address.why);
}

const onLoopback = "the laptop run has no name and no certificate";

function judgeName({ addresses }: AddressFacts, { stage }: Facts): Finding {
  if (addresses === undefined) return notApplicable(onLoopback);
  if (!addresses.known) return unknown(addresses.why);
  if (addresses.value.length > 0) return ok(`${addresses.value.length} addresses`);
  return fault(
    `${new URL(stage.outputs.WebhookUrl).hostname} has no IPv4 address`,
    hooksAreLost,
    "point the name to the domain of the API, as the stack's outputs name it",
  );
}

function judgeCertificate({ certificate }: AddressFacts, { nowMillis, stage }: Facts): Finding {
  if (certificate === undefined) return notApplicable(onLoopback);
  if (!certificate.known) {
    return fault(certificate.why, hooksAreLost, "see that the name leads to the stage's API");
  }
  const { fault: wrong, endsAtMillis, protocol } = certificate.value;
  const days = Math.floor((endsAtMillis - nowMillis) / dayMillis);
  const { hostname } = new URL(stage.outputs.WebhookUrl);
  const renew = `renew the certificate of ${hostname} in AWS Certificate Manager, or fix its validation record`;
  if (wrong !== undefined) {
    return fault(`the certificate does not fit (${wrong})`, hooksAreLost, renew);
  }
  if (!/^TLSv1\.[23]$/.test(protocol)) {
    return fault(`it speaks ${protocol}`, "Telegram calls by TLS 1.2 or later only", renew);
  }
  const says = `${protocol}, ${days} days left`;
  return endsAtMillis - nowMillis < soonMillis ? warning(says, hooksAreLost, renew) : ok(says);
}

function judgeRoute(reply: Reply, { stage }: Facts): Finding {
  const deploy =
    stage.bridge === undefined
      ? "stop the laptop run and start it again"
      : `look into the function's log, then npx cdk deploy ${stage.name}/${stage.bridge}`;
  if (reply.kind === "silent") return fault(`it gave ${reply.reason}`, hooksAreLost, deploy);
  switch (reply.status) {
    case 401:
      return ok("refused, as it should be");
    case 404:
      return fault(
        "nothing of this bridge is there (404): it knows another scope, or another API answers",
        hooksAreLost,
        `${commandOn(stage, "connect")}; if that does not help, ${deploy}`,
      );
    case 200:
      return fault(
        "a post without any proof is accepted",
        "anybody can write in a customer's or an operator's name, or it is not this bridge at all",
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
    "the bridge answers there too",
    "the domain's limits and blocks can be walked around",
    `once amoCRM calls the host, without keepFormerAddress: npx cdk deploy ${stage.name}/${stage.bridge ?? "*"}`,
  );
}

import { lookup } from "node:dns/promises";
import { readServedCertificate } from "../../lambdas/http/certificate.ts";
import type { ServedCertificate } from "../../lambdas/http/certificate.ts";
import { CommandFailure } from "../command.ts";
import { addressOf, commandOn, howToDeploy } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import {
  checksOf,
  conclude,
  fault,
  need,
  notApplicable,
  ok,
  warning,
  ask,
  known,
  readFact,
} from "./check.ts";
import type { Finding, StageFacts, Fact, Reply } from "./check.ts";

const timeoutMillis = 10_000;

/** The webhooks as the vendors see them. What does not exist on the loopback is undefined there. */
export type AddressFacts = Awaited<ReturnType<typeof readAddress>>;

/** The host of customers' files, as amoCRM sees it. */
export type MediaFacts = Awaited<ReturnType<typeof readMedia>>;

/** True for a host other than those that AWS gives every API and every distribution. */
export function isOwnDomain(host: string): boolean {
  return !/\.(execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|cloudfront\.net)$/.test(host);
}

/**
 * Calls the webhooks from outside, as a vendor does. The posts carry no proof, so the webhooks refuse
 * each of them and nothing changes.
 */
export async function readAddress(
  stage: Stage,
  scopeId: Fact<string>,
  findDefaultEndpoint: (stage: Stage) => Promise<string>,
) {
  const base = stage.outputs.WebhookUrl;
  const { hostname, protocol } = new URL(base);
  const isSecure = protocol === "https:";
  const [addresses, certificate, telegramRoute, amocrmRoute, defaultEndpoint] = await Promise.all([
    isSecure ? readFact(() => askDns("address", hostname, lookupIpv4)) : undefined,
    readCertificateOf(base),
    postNothing(addressOf(base, "/telegram")),
    postToScope(base, scopeId),
    isOwnDomain(hostname) && isSecure
      ? readFact(async () => postNothing(`${await findDefaultEndpoint(stage)}/telegram`))
      : undefined,
  ]);
  return { addresses, certificate, telegramRoute, amocrmRoute, defaultEndpoint };
}

/** Telegram uses IPv4 only. */
async function lookupIpv4(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);
}

function postNothing(url: string): Promise<Reply> {
  const headers = { "Content-Type": "application/json" };
  return ask(url, { method: "POST", headers, body: "{}" });
}

async function postToScope(base: string, scopeId: Fact<string>): Promise<Fact<Reply>> {
  if (!scopeId.known) return scopeId;
  return known(await postNothing(addressOf(base, `/amocrm/${encodeURIComponent(scopeId.value)}`)));
}

/** Asks the DNS. No answer of the kind is an empty list. */
export async function askDns<Value>(
  kind: string,
  name: string,
  query: (name: string) => Promise<readonly Value[]>,
): Promise<readonly Value[]> {
  return query(name).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === "ENOTFOUND" || code === "ENODATA") return [];
    throw new CommandFailure(`the DNS did not answer for the ${kind} of ${name} (${code ?? "?"})`);
  });
}

/** Asks the host of customers' files for a file that does not exist, as amoCRM asks for others. */
export async function readMedia({ outputs }: Stage) {
  const { MediaBaseUrl: base } = outputs;
  if (base === undefined) {
    throw new CommandFailure("the stack does not report the address of customers' files");
  }
  const [reply, certificate] = await Promise.all([
    ask(`${base}/no-such-file`, { method: "HEAD", headers: {} }),
    readCertificateOf(base),
  ]);
  return { host: new URL(base).host, reply, certificate };
}

async function readCertificateOf(base: string): Promise<Fact<ServedCertificate> | undefined> {
  const { protocol, hostname, port } = new URL(base);
  if (protocol !== "https:") return undefined;
  return readFact(() => readCertificate(hostname, Number(port || 443)));
}

/** Reads the certificate of a host, even when it is not valid for the host. */
export async function readCertificate(
  host: string,
  port: number,
  /** The authorities to trust instead of those this machine knows. */
  ca?: string,
): Promise<ServedCertificate> {
  try {
    return await readServedCertificate(host, port, { timeoutMillis, ca });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`no TLS connection (${code})`);
  }
}

const dayMillis = 86_400_000;
/** ACM renews about 45 days before the end. Below 30 days, the renewal has failed for two weeks. */
const soonMillis = 30 * dayMillis;
const hooksAreLost =
  "amoCRM's hooks are lost, because amoCRM does not retry them; Telegram keeps updates for a day";
const filesAreGone = "operators cannot open customers' files: amoCRM gets no file from the links";

/** Checks of the bridge's addresses as the vendors see them. */
export const addressChecks = checksOf<
  StageFacts & { readonly address: Fact<AddressFacts>; readonly media: Fact<MediaFacts> }
>("public address", [
  {
    id: "address-name",
    title: "the name of the webhooks' host resolves to IPv4, which Telegram needs",
    judge({ address, stage }) {
      const { length } = need(need(address).addresses ?? conclude(notApplicable(onLoopback)));
      if (length > 0) return ok(`${length} addresses`);
      const host = webhookHostOf(stage);
      const fix = howToPoint(host, "WebhookDnsTarget", stage);
      return fault(`${host} has no IPv4 address`, hooksAreLost, fix);
    },
  },
  {
    id: "address-certificate",
    title: "it answers over TLS 1.2 or later, with a certificate that is valid for 30 more days",
    judge({ address, nowMillis, stage }) {
      const { certificate } = need(address);
      if (certificate === undefined) return notApplicable(onLoopback);
      const host = webhookHostOf(stage);
      if (!certificate.known) {
        const fix = howToPoint(host, "WebhookDnsTarget", stage);
        return fault(certificate.why, hooksAreLost, fix);
      }
      return judgeCertificate(certificate.value, host, hooksAreLost, { nowMillis, stage });
    },
  },
  {
    id: "telegram-route",
    title: "the bridge answers /telegram, and refuses a post without the secret",
    judge: ({ address, stage }) => judgeRoute(need(address).telegramRoute, stage),
  },
  {
    id: "amocrm-route",
    title: "the bridge answers /amocrm/{scope id}, and refuses a post without a signature",
    judge: ({ address, stage }) => judgeRoute(need(need(address).amocrmRoute), stage),
  },
  {
    id: "default-endpoint",
    title: "the AWS address of the API is off, if the bridge has its own domain",
    judge({ address, stage }) {
      const { defaultEndpoint } = need(address);
      if (defaultEndpoint === undefined) return notApplicable("it is the bridge's only address");
      const reply = need(defaultEndpoint);
      // Only our own 401 means that the address is on. The gateway's answers for an address that is
      // off differ from it.
      if (reply.kind === "silent" || reply.status !== 401) return ok("off");
      return warning(
        "the bridge also answers at the AWS address",
        "callers can bypass the domain's limits and blocks",
        `when amoCRM calls the host, remove keepFormerAddress and deploy: ${howToDeploy(stage)}`,
      );
    },
  },
  {
    id: "media-address",
    title: "the host of customers' files answers 403 for a file that does not exist",
    // S3 answers 403 and not 404, because CloudFront may not list the bucket.
    judge({ media, stage }) {
      const { reply, host } = need(media);
      const fix = howToPoint(host, "MediaDnsTarget", stage);
      if (reply.kind === "silent") return fault(reply.reason, filesAreGone, fix);
      if (reply.status === 403) return ok("403 for a file that does not exist, as expected");
      return fault(`${host} answers ${reply.status}, not 403`, filesAreGone, fix);
    },
  },
  {
    id: "media-certificate",
    title: "the certificate of customers' files is valid for 30 more days",
    judge({ media, nowMillis, stage }) {
      const { certificate, host } = need(media);
      if (certificate === undefined) return notApplicable(onLoopback);
      // `media-address` reports that the host does not answer.
      return judgeCertificate(need(certificate), host, filesAreGone, { nowMillis, stage });
    },
  },
]);

const onLoopback = "the laptop run has no host name and no certificate";

function webhookHostOf({ outputs }: Stage): string {
  return new URL(outputs.WebhookUrl).hostname;
}

/** The fix for a host that leads to the wrong place. AWS makes the records of the hosts that it chose. */
function howToPoint(host: string, output: string, stage: Stage): string {
  const deploy = howToDeploy(stage);
  if (stage.bridge === undefined || !isOwnDomain(host)) return deploy;
  return `point ${host} to the output ${output} of the stack, then ${deploy}`;
}

/** Judges the certificate that a host presents. AWS itself renews those of its own hosts. */
function judgeCertificate(
  { fault: wrong, endsAtMillis, protocol }: ServedCertificate,
  host: string,
  causes: string,
  { nowMillis, stage }: StageFacts,
): Finding {
  const leftMillis = endsAtMillis - nowMillis;
  const fix = isOwnDomain(host)
    ? `renew the certificate of ${host} in AWS Certificate Manager, or fix its validation record`
    : howToDeploy(stage);
  if (wrong !== undefined) return fault(`the certificate is not valid (${wrong})`, causes, fix);
  if (!/^TLSv1\.[23]$/.test(protocol)) {
    return fault(`it uses ${protocol}`, "Telegram uses only TLS 1.2 or later", fix);
  }
  const says = `${protocol}, ${Math.floor(leftMillis / dayMillis)} days left`;
  return leftMillis < soonMillis && isOwnDomain(host) ? warning(says, causes, fix) : ok(says);
}

function judgeRoute(reply: Reply, stage: Stage): Finding {
  const deploy = howToDeploy(stage);
  const fix = stage.bridge === undefined ? deploy : `read the function's log, then ${deploy}`;
  if (reply.kind === "silent") return fault(reply.reason, hooksAreLost, fix);
  switch (reply.status) {
    case 401:
      return ok("refused, as expected");
    case 404:
      return fault(
        "this bridge does not answer there (404): it has another scope, or another API answers",
        hooksAreLost,
        `${commandOn(stage, "connect")}; if that does not help, ${fix}`,
      );
    case 200:
      return fault(
        "a post without a secret or a signature is accepted",
        "any person can write in the name of a customer or an operator, or another program answers there",
        fix,
      );
    default:
      return fault(`it answers ${reply.status}`, hooksAreLost, fix);
  }
}

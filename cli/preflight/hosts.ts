import { lookup, resolveCname, resolveNs } from "node:dns/promises";
import * as z from "zod/mini";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import { readStackResources } from "../aws/describe-stack.ts";
import { failedTo, undefinedFor } from "../aws/failures.ts";
import { readPages, textsIn } from "../aws/signed-calls.ts";
import type { SignedCalls } from "../aws/signed-calls.ts";
import { askDns } from "../doctor/address.ts";
import { readFact } from "../doctor/check.ts";
import type { Fact } from "../doctor/check.ts";
import type { AwsConfiguration } from "../stage/stage.ts";

/** Reads a fact, or says why it cannot be read where it is. */
export type Read = <Value>(work: () => Promise<Value>) => Promise<Fact<Value>>;

/** The questions to the DNS. Tests answer them without a network. */
export type Dns = {
  readonly nameServers: (zone: string) => Promise<readonly string[]>;
  readonly aliases: (host: string) => Promise<readonly string[]>;
  readonly addresses: (host: string) => Promise<readonly unknown[]>;
};

/** The DNS of this machine. */
export const systemDns: Dns = {
  nameServers: resolveNs,
  aliases: resolveCname,
  addresses: (host) => lookup(host, { all: true }),
};

type Surroundings = {
  readonly calls: SignedCalls;
  readonly dns: Dns;
  readonly aws: AwsConfiguration;
  /** Reads what is in the stage's region. */
  readonly inRegion: Read;
};

export type BridgeFacts = Awaited<ReturnType<typeof readBridge>>;
export type HostFacts = Awaited<ReturnType<typeof readHost>>;

/** Reads what a bridge's deployment would meet. */
export async function readBridge(
  name: string,
  stackName: string,
  { domain, mediaDomain }: Pick<BridgeSettings, "domain" | "mediaDomain">,
  { calls, dns, aws, inRegion }: Surroundings,
) {
  const [resources, webhooks, media, leadsTo] = await Promise.all([
    inRegion(() => readStackResources(stackName, aws)),
    domain && readHost(domain, dns, calls, inRegion),
    // The certificates of CloudFront are in us-east-1, which is always enabled.
    mediaDomain && readHost(mediaDomain, dns, calls, readFact),
    mediaDomain && readFact(() => readName(mediaDomain.host, dns)),
  ]);
  return { name, resources, webhooks, media: media && leadsTo && { ...media, leadsTo } };
}

async function readHost(
  { host, certificateArn, hostedZone }: NonNullable<BridgeSettings["mediaDomain"]>,
  dns: Dns,
  calls: SignedCalls,
  read: Read,
) {
  const [certificate, zone] = await Promise.all([
    read(() => readAcmCertificate(calls, certificateArn)),
    hostedZone && readFact(() => readZone(calls, hostedZone.id, host, dns)),
  ]);
  return { host, certificateArn, certificate, wantedZone: hostedZone, zone };
}

const certificate = z.object({
  Certificate: z.object({
    Status: z.string(),
    Type: z.string(),
    DomainName: z.string(),
    SubjectAlternativeNames: z._default(z.array(z.string()), []),
  }),
});

/** A certificate in ACM, in the region of its ARN. Undefined when there is none. */
async function readAcmCertificate(calls: SignedCalls, CertificateArn: string) {
  const region = CertificateArn.split(":")[3] ?? "";
  return calls
    .json("acm", "CertificateManager.DescribeCertificate", { CertificateArn }, region)
    .then((answer) => {
      const { Status, Type, DomainName, SubjectAlternativeNames } =
        certificate.parse(answer).Certificate;
      const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
      return { status: Status, type: Type, names };
    })
    .catch(undefinedFor("ResourceNotFoundException"))
    .catch(failedTo(`read the certificate in ${region} (acm:DescribeCertificate)`));
}

/**
 * A hosted zone of Route 53, its name servers in the zone and in the DNS, and the types of the records
 * of a host in it. Undefined when there is no such zone.
 */
async function readZone(calls: SignedCalls, id: string, host: string, dns: Dns) {
  const path = `/2013-04-01/hostedzone/${id}`;
  const xml = await calls
    .get("route53", path)
    .catch(undefinedFor("NoSuchHostedZone"))
    .catch(failedTo(`read the hosted zone ${id} (route53:GetHostedZone)`));
  if (xml === undefined) return undefined;
  const name = withoutDot(textsIn(xml, "Name")[0] ?? "");
  const isPrivate = textsIn(xml, "PrivateZone")[0] === "true";
  const [delegatedTo, records] = await Promise.all([
    readFact(async () => (await askDns("name servers", name, dns.nameServers)).map(withoutDot)),
    readRecords(calls, path, host),
  ]);
  const nameServers = textsIn(xml, "NameServer").map(withoutDot);
  return { name, isPrivate, nameServers, delegatedTo, records };
}

/** Route 53 lists from a name on. Records of a name come together. */
async function readRecords(
  calls: SignedCalls,
  path: string,
  host: string,
): Promise<readonly string[]> {
  const xml = await calls
    .get("route53", `${path}/rrset`, { maxitems: "100", name: host })
    .catch(failedTo("read the host's records (route53:ListResourceRecordSets)"));
  return textsIn(xml, "ResourceRecordSet")
    .filter((record) => withoutDot(textsIn(record, "Name")[0] ?? "") === host)
    .map((record) => textsIn(record, "Type")[0] ?? "")
    .filter((type) => ["A", "AAAA", "CNAME"].includes(type));
}

/** A CloudFront distribution of the account. */
export type Distribution = { readonly id: string; readonly aliases: readonly string[] };

export async function readDistributions(calls: SignedCalls): Promise<readonly Distribution[]> {
  const pages = await listOfCloudFront(calls, "distribution").catch(
    failedTo("list the distributions (cloudfront:ListDistributions)"),
  );
  return pages.flatMap((page) =>
    textsIn(page, "DistributionSummary").map((summary) => ({
      id: /distribution\/([A-Z0-9]+)/.exec(textsIn(summary, "ARN")[0] ?? "")?.[1] ?? "",
      aliases: textsIn(summary, "CNAME"),
    })),
  );
}

/** The number of the account's own response headers policies. */
export async function countHeadersPolicies(calls: SignedCalls): Promise<number> {
  const own = { Type: "custom" };
  const pages = await listOfCloudFront(calls, "response-headers-policy", own).catch(
    failedTo("count the response headers policies (cloudfront:ListResponseHeadersPolicies)"),
  );
  return pages.flatMap((page) => textsIn(page, "ResponseHeadersPolicySummary")).length;
}

function listOfCloudFront(calls: SignedCalls, list: string, query = {}) {
  return readPages("NextMarker", (Marker) => {
    const from = Marker === undefined ? {} : { Marker };
    return calls.get("cloudfront", `/2020-05-31/${list}`, { ...from, MaxItems: "100", ...query });
  });
}

async function readName(host: string, dns: Dns) {
  const [aliasOf, addresses] = await Promise.all([
    askDns("alias", host, dns.aliases),
    askDns("address", host, dns.addresses),
  ]);
  return { aliasOf: aliasOf.map(withoutDot), hasAddress: addresses.length > 0 };
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

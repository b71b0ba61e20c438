import {
  checksOf,
  conclude,
  fault,
  need,
  notApplicable,
  ok,
  unknown,
  warning,
} from "../doctor/check.ts";
import type { Check, Finding, Fact } from "../doctor/check.ts";
import type { BridgeFacts, Distribution, HostFacts } from "./hosts.ts";

type HostCheckFacts = BridgeFacts & { readonly distributions: Fact<readonly Distribution[]> };

/** Checks of the hosts of one bridge. */
export function hostChecksOf({ name }: BridgeFacts): readonly Check<HostCheckFacts>[] {
  return checksOf<HostCheckFacts>(`bridge ${name}`, [
    ...checksOfHost("webhooks", "webhook", "the webhooks' host", ["A"]),
    ...checksOfHost("media", "media", "the files' host", ["A", "AAAA"]),
    {
      id: "media-host",
      title: "the files' host is free",
      judge: judgeMediaHost,
    },
  ]);
}

/** `makes`: the types of the records that the deployment makes. */
function checksOfHost(
  host: "webhooks" | "media",
  id: string,
  words: string,
  makes: readonly string[],
) {
  return [
    {
      id: `${id}-certificate`,
      title: `the certificate of ${words} is issued and fits`,
      judge: (facts: HostCheckFacts) =>
        judgeCertificate(needHost(facts[host]), host === "webhooks"),
    },
    {
      id: `${id}-zone`,
      title: `the hosted zone of ${words} exists and is seen`,
      judge: (facts: HostCheckFacts) => judgeZone(needHost(facts[host]), facts, makes),
    },
  ];
}

function needHost(host: HostFacts | undefined): HostFacts {
  return host ?? conclude(notApplicable("AWS chooses the host"));
}

const failsDeploy = "CloudFormation cannot create the host, and rolls the deployment back";

function judgeCertificate(
  { host, certificateArn, certificate: fact }: HostFacts,
  /** Telegram calls the webhooks' host, and does not promise to accept a wildcard certificate. */
  isForTelegram: boolean,
): Finding {
  const certificate = need(fact);
  const region = certificateArn.split(":")[3] ?? "";
  const request = `aws acm request-certificate --region ${region} --domain-name ${host} --validation-method DNS, then its ARN in infra/stages.ts`;
  const wrong = (says: string, causes = failsDeploy) => fault(says, causes, request);
  if (certificate === undefined) return wrong(`there is no certificate ${certificateArn}`);
  const { status, type, names } = certificate;
  if (status === "PENDING_VALIDATION") {
    return fault(
      `the certificate of ${host} waits for its validation`,
      failsDeploy,
      `create the DNS records that this shows, and wait: aws acm describe-certificate --region ${region} --certificate-arn ${certificateArn} --query 'Certificate.DomainValidationOptions[].ResourceRecord'`,
    );
  }
  if (status !== "ISSUED") return wrong(`the certificate of ${host} has the status ${status}`);
  const isExact = names.includes(host);
  const wildcard = `*.${host.slice(host.indexOf(".") + 1)}`;
  if (!isExact && !names.includes(wildcard)) {
    return wrong(`the certificate is for ${names.join(", ")}, not for ${host}`);
  }
  if (type === "PRIVATE") {
    const causes = "Telegram and amoCRM do not accept it";
    return wrong(`the certificate of ${host} is of a private authority`, causes);
  }
  if (!isExact && isForTelegram) {
    return warning(
      `the certificate is for ${wildcard}, not for exactly ${host}`,
      "Telegram does not promise to accept a wildcard certificate",
      request,
    );
  }
  if (type === "IMPORTED") {
    return warning(
      `the certificate of ${host} was imported`,
      "ACM does not renew it: on its last day the host stops answering",
      `${request}; or import a new one each time before it ends`,
    );
  }
  return ok(`issued, for ${host}`);
}

/** The hosted zone in which the deployment makes the host's record. */
function judgeZone(
  { host, wantedZone, zone: fact }: HostFacts,
  { resources }: BridgeFacts,
  makes: readonly string[],
): Finding {
  if (wantedZone === undefined || fact === undefined) {
    return notApplicable(
      "the settings name no zone: a person makes the record after the deployment",
    );
  }
  const zone = need(fact);
  const correct = "correct hostedZone in infra/stages.ts: aws route53 list-hosted-zones shows them";
  const wrong = (says: string, causes = failsDeploy) => fault(says, causes, correct);
  if (zone === undefined) return wrong(`the account has no hosted zone ${wantedZone.id}`);
  const { name, isPrivate, nameServers, delegatedTo, records } = zone;
  if (name !== wantedZone.name || !(host === name || host.endsWith(`.${name}`))) {
    return wrong(`the zone ${wantedZone.id} is ${name}, not a parent of ${host}`);
  }
  const hostIsUnknown = "Telegram and amoCRM cannot find the host";
  if (isPrivate) return wrong(`the zone ${name} is private`, hostIsUnknown);
  const isOwn =
    resources.known &&
    resources.value?.some(({ type, id }) => type === "AWS::Route53::RecordSet" && id === host);
  const colliding = records.filter((type) => type === "CNAME" || makes.includes(type));
  if (colliding.length > 0 && resources.known && isOwn !== true) {
    const fix = "delete the record if nothing uses it, or choose another host";
    const says = `${host} already has a record (${colliding.join(", ")}) in ${name}`;
    return fault(says, failsDeploy, fix);
  }
  if (!delegatedTo.known) return unknown(`it exists; ${delegatedTo.why}`);
  if (delegatedTo.value.some((server) => nameServers.includes(server))) {
    return ok(`${name} exists, is public and delegated`);
  }
  return fault(
    `the DNS does not lead to the zone ${name}: ${delegatedTo.value.join(", ") || "it names no name servers"}`,
    hostIsUnknown,
    `at the registrar or in the parent zone, set the name servers ${nameServers.join(", ")}`,
  );
}

/** Whether CloudFront lets this bridge have the host of the files: one distribution only may have it. */
function judgeMediaHost({ media, resources, distributions }: HostCheckFacts): Finding {
  if (media === undefined) return notApplicable("CloudFront chooses the host");
  const { host, leadsTo } = media;
  const owner = need(distributions).find(({ aliases }) => aliases.includes(host));
  const own = need(resources);
  if (owner !== undefined) {
    const isOwn = own?.some(({ type, id }) => type === distributionType && id === owner.id);
    if (isOwn === true) return ok("the bridge's own distribution has it");
    return fault(
      `the distribution ${owner.id} of this account already has ${host}`,
      "CloudFront refuses a host that another distribution has",
      "remove the alternate domain name there, or choose another host",
    );
  }
  if (!leadsTo.known) return unknown(`no distribution of this account has it; ${leadsTo.why}`);
  const { aliasOf, hasAddress } = leadsTo.value;
  const foreign = aliasOf.find((name) => name.endsWith(".cloudfront.net"));
  const causes = "CloudFront refuses a host that a distribution of any account has";
  if (foreign !== undefined) {
    return warning(
      `${host} leads to ${foreign}, which is not this account's or does not have the host`,
      causes,
      "if a distribution of another account has the host, remove it there first",
    );
  }
  if (aliasOf.length > 0 || hasAddress) {
    return warning(
      `${host} already leads to ${aliasOf[0] ?? "an address"}`,
      "customers' files are not found until the name leads to the bridge's distribution",
      "delete that record if nothing uses it; after the deployment, point the name to the output MediaDnsTarget of the stack, if the settings name no zone",
    );
  }
  return ok(
    "no distribution of this account has it, and it leads nowhere yet; whether a distribution of another account has it, no call shows",
  );
}

const distributionType = "AWS::CloudFront::Distribution";

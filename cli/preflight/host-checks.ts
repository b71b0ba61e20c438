import type { StackResource } from "../aws/stack-resources.ts";
import { fault, notApplicable, ok, unknown, warning } from "../doctor/check.ts";
import type { Finding } from "../doctor/check.ts";
import type { BridgeFacts, DistributionFacts, HostFacts, PreflightFacts } from "./facts.ts";

const failsDeploy = "CloudFormation cannot create the host, and rolls the deployment back";

/** The certificate of a host: issued, public, and for the host. */
export function judgeCertificate(
  { host, certificateArn, certificate }: HostFacts,
  /** Telegram calls the webhooks' host, and does not promise to accept a wildcard certificate. */
  isForTelegram: boolean,
): Finding {
  if (!certificate.known) return unknown(certificate.why);
  const region = certificateArn.split(":")[3] ?? "";
  const request = `aws acm request-certificate --region ${region} --domain-name ${host} --validation-method DNS, then its ARN in infra/stages.ts`;
  if (certificate.value === undefined) {
    return fault(`there is no certificate ${certificateArn}`, failsDeploy, request);
  }
  const { status, type, names } = certificate.value;
  if (status === "PENDING_VALIDATION") {
    return fault(
      `the certificate of ${host} waits for its validation`,
      failsDeploy,
      `create the DNS records that this shows, and wait: aws acm describe-certificate --region ${region} --certificate-arn ${certificateArn} --query 'Certificate.DomainValidationOptions[].ResourceRecord'`,
    );
  }
  if (status !== "ISSUED") {
    return fault(`the certificate of ${host} has the status ${status}`, failsDeploy, request);
  }
  const isExact = names.includes(host);
  const wildcard = `*.${host.slice(host.indexOf(".") + 1)}`;
  if (!isExact && !names.includes(wildcard)) {
    return fault(
      `the certificate is for ${names.join(", ")}, not for ${host}`,
      failsDeploy,
      request,
    );
  }
  if (type === "PRIVATE") {
    return fault(
      `the certificate of ${host} is of a private authority`,
      "Telegram and amoCRM do not accept it",
      request,
    );
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
export function judgeZone(facts: HostFacts, { resources }: BridgeFacts): Finding {
  const { host, wantedZone, zone } = facts;
  if (wantedZone === undefined) {
    return notApplicable(
      "the settings name no zone: a person makes the record after the deployment",
    );
  }
  if (!zone.known) return unknown(zone.why);
  const correct = "correct hostedZone in infra/stages.ts: aws route53 list-hosted-zones shows them";
  if (zone.value === undefined) {
    return fault(`the account has no hosted zone ${wantedZone.id}`, failsDeploy, correct);
  }
  const { name, isPrivate, nameServers, delegatedTo, records } = zone.value;
  if (name !== wantedZone.name || !(host === name || host.endsWith(`.${name}`))) {
    return fault(
      `the zone ${wantedZone.id} is ${name}, not a parent of ${host}`,
      failsDeploy,
      correct,
    );
  }
  if (isPrivate) {
    return fault(
      `the zone ${name} is private`,
      "Telegram and amoCRM cannot find the host",
      correct,
    );
  }
  const isOwn =
    resources.known &&
    resources.value?.some(({ type, id }) => type === "AWS::Route53::RecordSet" && id === host);
  if (records.length > 0 && resources.known && isOwn !== true) {
    return fault(
      `${host} already has a record (${records.join(", ")}) in ${name}`,
      failsDeploy,
      "delete the record if nothing uses it, or choose another host",
    );
  }
  if (!delegatedTo.known) return unknown(`it exists; ${delegatedTo.why}`);
  const isDelegated = delegatedTo.value.some((server) => nameServers.includes(server));
  if (isDelegated) return ok(`${name} exists, is public and delegated`);
  return fault(
    `the DNS does not lead to the zone ${name}: ${delegatedTo.value.join(", ") || "it names no name servers"}`,
    "Telegram and amoCRM cannot find the host",
    `at the registrar or in the parent zone, set the name servers ${nameServers.join(", ")}`,
  );
}

/** Whether CloudFront lets this bridge have the host of the files: one distribution only may have it. */
export function judgeMediaHost(
  { media, resources }: BridgeFacts,
  { distributions }: PreflightFacts,
): Finding {
  if (media === undefined) return notApplicable("CloudFront chooses the host");
  if (!distributions.known) return unknown(distributions.why);
  if (!resources.known) return unknown(resources.why);
  const { host, leadsTo } = media;
  const owner = distributions.value.find(({ aliases }) => aliases.includes(host));
  if (owner !== undefined) return judgeOwner(owner, host, resources.value);
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
      "delete that record if nothing uses it; after the deployment, point the name to the output MediaDnsTarget",
    );
  }
  return ok(
    "no distribution of this account has it, and it leads nowhere yet; whether a distribution of another account has it, no call shows",
  );
}

function judgeOwner(
  { id }: DistributionFacts,
  host: string,
  resources: readonly StackResource[] | undefined,
): Finding {
  const isOwn = resources?.some((each) => each.type === distributionType && each.id === id);
  if (isOwn === true) return ok("the bridge's own distribution has it");
  return fault(
    `the distribution ${id} of this account already has ${host}`,
    "CloudFront refuses a host that another distribution has",
    "remove the alternate domain name there, or choose another host",
  );
}

const distributionType = "AWS::CloudFront::Distribution";

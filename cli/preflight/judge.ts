import type { Judged } from "../doctor/report.ts";
import type { Finding } from "../doctor/check.ts";
import {
  judgeBootstrap,
  judgeBoundary,
  judgeCloudFront,
  judgeConcurrency,
  judgeHeadersPolicies,
  judgeRegion,
} from "./account-checks.ts";
import type { BridgeFacts, PreflightFacts } from "./facts.ts";
import { judgeCertificate, judgeMediaHost, judgeZone } from "./host-checks.ts";
import { notApplicable } from "../doctor/check.ts";

const group = "account and region";

/** Judges what a deployment of the stage would meet: first the account, then each bridge's hosts. */
export function judgePreflight(facts: PreflightFacts): readonly Judged[] {
  const rows: readonly (readonly [id: string, title: string, finding: Finding])[] = [
    ["region", "the region exists and is enabled for the account", judgeRegion(facts)],
    ["bootstrap", "CDK is bootstrapped there, in a version that fits", judgeBootstrap(facts)],
    ["lambda-quota", "the concurrent executions are enough", judgeConcurrency(facts)],
    ["permissions-boundary", "the policy for the roles exists", judgeBoundary(facts)],
    ["cloudfront-account", "CloudFront accepts the account", judgeCloudFront(facts)],
    ["cloudfront-policies", "there is room for a headers policy", judgeHeadersPolicies(facts)],
  ];
  return [
    ...rows.map(([id, title, finding]) => ({ check: { id, group, title }, finding })),
    ...facts.bridges.flatMap((bridge) => judgeBridge(bridge, facts)),
  ];
}

function judgeBridge(bridge: BridgeFacts, facts: PreflightFacts): readonly Judged[] {
  const { webhooks, media } = bridge;
  const noHost = notApplicable("AWS chooses the host");
  const rows: readonly (readonly [id: string, title: string, finding: Finding])[] = [
    [
      "webhook-certificate",
      "the certificate of the webhooks' host is issued and fits",
      webhooks === undefined ? noHost : judgeCertificate(webhooks, true),
    ],
    [
      "webhook-zone",
      "the hosted zone of the webhooks' host exists and is seen",
      webhooks === undefined ? noHost : judgeZone(webhooks, bridge),
    ],
    [
      "media-certificate",
      "the certificate of the files' host is issued and fits",
      media === undefined ? noHost : judgeCertificate(media, false),
    ],
    [
      "media-zone",
      "the hosted zone of the files' host exists and is seen",
      media === undefined ? noHost : judgeZone(media, bridge),
    ],
    ["media-host", "the files' host is free", judgeMediaHost(bridge, facts)],
  ];
  const of = `bridge ${bridge.name}`;
  return rows.map(([id, title, finding]) => ({ check: { id, group: of, title }, finding }));
}

import { readFile } from "node:fs/promises";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { readStackResources } from "../aws/describe-stack.ts";
import { SignedCalls } from "../aws/signed-calls.ts";
import { judgeAll } from "../doctor/check.ts";
import type { Judged } from "../doctor/check.ts";
import { known, notKnown, readFact } from "../doctor/fact.ts";
import type { Fact } from "../doctor/fact.ts";
import { readQuota } from "../doctor/quota.ts";
import { refuseOtherAccount, stackNameOf } from "../stage/deployed-stage.ts";
import type { AwsConfiguration } from "../stage/stage.ts";
import {
  accountChecks,
  defaultQualifier,
  hasPolicy,
  readAccount,
  readBootstrapVersion,
  readRegion,
} from "./account.ts";
import type { PreflightFacts } from "./account.ts";
import { hostChecksOf } from "./host-checks.ts";
import {
  countHeadersPolicies,
  readAcmCertificate,
  readDistributions,
  readName,
  readZone,
} from "./hosts.ts";
import type { BridgeFacts, Dns, HostFacts } from "./hosts.ts";

/** The stage of a preflight, and the ways to read its surroundings. */
type Preflight = {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly aws: AwsConfiguration;
  readonly qualifier: string;
  readonly dns: Dns;
};

/** Reads a fact, or says why it cannot be read where it is. */
type Read = <Value>(work: () => Promise<Value>) => Promise<Fact<Value>>;

/** Judges what a deployment of the stage would meet: first the account, then each bridge's hosts. */
export function judgePreflight(facts: PreflightFacts): readonly Judged[] {
  const { distributions, bridges } = facts;
  return [
    ...judgeAll(accountChecks, facts),
    ...bridges.flatMap((bridge) => judgeAll(hostChecksOf(bridge), { ...bridge, distributions })),
  ];
}

/**
 * Collects what a deployment of the stage would meet. It reads only, and needs no stack. Throws where
 * the credentials do not work or are for another account: then no fact would be of use.
 */
export async function collectPreflight(preflight: Preflight): Promise<PreflightFacts> {
  const { stage, settings, aws, qualifier } = preflight;
  const { region, permissionsBoundary: policy } = settings;
  const calls = new SignedCalls(aws);
  try {
    const account = await readAccount(calls);
    refuseOtherAccount(account, stage, settings);
    const regionState = await readFact(() => readRegion(calls, region));
    // A region that is not enabled refuses the credentials, which would look like another fault.
    const inRegion: Read = async (work) =>
      regionState.known && regionState.value !== "enabled"
        ? notKnown(`${region} is not enabled`)
        : readFact(work);
    const [bootstrapVersion, quota, boundary, distributions, headersPolicies, bridges] =
      await Promise.all([
        inRegion(() => readBootstrapVersion(calls, qualifier)),
        inRegion(() => readQuota(aws, settings)),
        policy && readFact(() => hasPolicy(calls, account, policy)),
        readFact(() => readDistributions(calls)),
        readFact(() => countHeadersPolicies(calls)),
        Promise.all(
          Object.entries(settings.bridges).map(([name, bridge]) =>
            readBridge(name, bridge, preflight, calls, inRegion),
          ),
        ),
      ]);
    return {
      account,
      region,
      regionState,
      qualifier,
      bootstrapVersion,
      quota,
      boundary: policy && boundary ? { name: policy, exists: boundary } : undefined,
      distributions,
      headersPolicies,
      bridges,
    };
  } finally {
    calls.destroy();
  }
}

async function readBridge(
  name: string,
  { domain, mediaDomain }: BridgeSettings,
  { stage, aws, dns }: Preflight,
  calls: SignedCalls,
  inRegion: Read,
): Promise<BridgeFacts> {
  const [resources, webhooks, media, leadsTo] = await Promise.all([
    inRegion(() => readStackResources(stackNameOf(stage, name), aws)),
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
): Promise<HostFacts> {
  const [certificate, zone] = await Promise.all([
    read(() => readAcmCertificate(calls, certificateArn)),
    hostedZone === undefined
      ? known(undefined)
      : readFact(() => readZone(calls, hostedZone.id, host, dns)),
  ]);
  return { host, certificateArn, certificate, wantedZone: hostedZone, zone };
}

/** The qualifier with which the app of this checkout deploys. `-c` of a command line may set another. */
export async function readQualifier(): Promise<string> {
  return qualifierIn(await readFile(new URL("../../cdk.json", import.meta.url), "utf8"));
}

/** The qualifier in the text of a cdk.json. */
export function qualifierIn(cdkJson: string): string {
  const { context = {} } = JSON.parse(cdkJson) as { context?: Record<string, unknown> };
  const own = context["@aws-cdk/core:bootstrapQualifier"];
  return typeof own === "string" ? own : defaultQualifier;
}

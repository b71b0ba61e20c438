import { readFile } from "node:fs/promises";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { SignedCalls } from "../aws/signed-calls.ts";
import { readStackResources } from "../aws/describe-stack.ts";
import { CommandFailure } from "../command.ts";
import { known, look, notKnown } from "../doctor/facts/look.ts";
import { readQuota } from "../doctor/facts/quota.ts";
import type { Fact } from "../doctor/facts/facts.ts";
import { stackNameOf } from "../stage/deployed-stage.ts";
import type { AwsConfiguration } from "../stage/stage.ts";
import { defaultQualifier } from "./account-checks.ts";
import { hasPolicy, readAccount, readBootstrapVersion, readRegion } from "./account-readers.ts";
import type { BridgeFacts, HostFacts, PreflightFacts } from "./facts.ts";
import {
  countHeadersPolicies,
  readAcmCertificate,
  readDistributions,
  readName,
  readZone,
} from "./host-readers.ts";
import type { Dns } from "./host-readers.ts";

/** The stage to look at, and the ways to look. */
export type Preflight = {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly aws: AwsConfiguration;
  readonly qualifier: string;
  readonly dns: Dns;
};

type Host = {
  readonly host: string;
  readonly certificateArn: string;
  readonly hostedZone?: { readonly id: string; readonly name: string } | undefined;
};

/**
 * Collects what a deployment of the stage would meet. It reads only, and needs no stack. Throws where
 * the credentials do not work or are for another account: then no fact would be of use.
 */
export async function collectPreflight(preflight: Preflight): Promise<PreflightFacts> {
  const { stage, settings, aws, qualifier } = preflight;
  const { region, lambdaQuota, permissionsBoundary } = settings;
  const calls = new SignedCalls(aws);
  const account = await readAccount(calls);
  if (settings.account !== undefined && settings.account !== account) {
    throw new CommandFailure(
      `the AWS credentials are for account ${account}, but stage ${stage} is in ${settings.account}: sign in to that account`,
    );
  }
  const regionState = await look(() => readRegion(calls, region));
  /** A region that is not enabled refuses the credentials, which would look like another fault. */
  const inRegion = async <Value>(work: () => Promise<Value>): Promise<Fact<Value>> =>
    regionState.known && regionState.value !== "enabled"
      ? notKnown(`${region} is not enabled`)
      : look(work);
  const bridges = Object.entries(settings.bridges);
  const concurrencies = bridges.map(([, { concurrency }]) => concurrency);
  const lookAtBridge = async ([name, bridge]: [string, BridgeSettings]): Promise<BridgeFacts> => {
    const { domain, mediaDomain } = bridge;
    const [resources, webhooks, media, leadsTo] = await Promise.all([
      inRegion(() => readStackResources(stackNameOf(stage, name), aws)),
      domain && lookAtHost(domain, preflight, calls, inRegion),
      mediaDomain && lookAtHost(mediaDomain, preflight, calls, look),
      mediaDomain && look(() => readName(mediaDomain.host, preflight.dns)),
    ]);
    return {
      name,
      settings: bridge,
      resources,
      webhooks,
      media: media && leadsTo && { ...media, leadsTo },
    };
  };
  const [bootstrapVersion, quota, boundaryExists, distributions, headersPolicies, ofBridges] =
    await Promise.all([
      inRegion(() => readBootstrapVersion(calls, qualifier)),
      inRegion(() => readQuota(aws, concurrencies)),
      permissionsBoundary && look(() => hasPolicy(calls, account, permissionsBoundary)),
      look(() => readDistributions(calls)),
      look(() => countHeadersPolicies(calls)),
      Promise.all(bridges.map(lookAtBridge)),
    ]);
  return {
    stage,
    account,
    region,
    regionState,
    qualifier,
    bootstrapVersion,
    lambdaQuota,
    quota,
    boundary:
      permissionsBoundary && boundaryExists
        ? { name: permissionsBoundary, exists: boundaryExists }
        : undefined,
    distributions,
    headersPolicies,
    bridges: ofBridges,
  };
}

async function lookAtHost(
  { host, certificateArn, hostedZone }: Host,
  { dns }: Preflight,
  calls: SignedCalls,
  /** Looks in the region of the certificate. */
  lookThere: typeof look,
): Promise<HostFacts> {
  const [certificate, zone] = await Promise.all([
    lookThere(() => readAcmCertificate(calls, certificateArn)),
    hostedZone === undefined
      ? known(undefined)
      : look(() => readZone(calls, hostedZone.id, host, dns)),
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

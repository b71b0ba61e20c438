import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { StackResource } from "../aws/describe-stack.ts";
import type { Fact, QuotaFacts } from "../doctor/facts/facts.ts";

/** A region as the account sees it. */
export type RegionState = "enabled" | "not-enabled" | "no-such-region";

/** A certificate in ACM. */
export type AcmCertificate = {
  readonly status: string;
  /** Who issued it: IMPORTED, AMAZON_ISSUED or PRIVATE. */
  readonly type: string;
  readonly names: readonly string[];
};

/** A hosted zone of Route 53, and how a host of it is seen now. */
export type ZoneFacts = {
  /** Without the last dot. */
  readonly name: string;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  /** The name servers that the DNS names for the zone. */
  readonly delegatedTo: Fact<readonly string[]>;
  /** The types of the host's records that a new alias record would collide with. */
  readonly records: readonly string[];
};

/** A CloudFront distribution of the account. */
export type DistributionFacts = { readonly id: string; readonly aliases: readonly string[] };

/** Where the DNS leads for a host. */
export type NameFacts = {
  /** The names that the host is an alias of. */
  readonly aliasOf: readonly string[];
  readonly hasAddress: boolean;
};

/** A host of a bridge with its certificate and its zone. Undefined means: not there. */
export type HostFacts = {
  readonly host: string;
  readonly certificateArn: string;
  readonly certificate: Fact<AcmCertificate | undefined>;
  /** The zone that the settings name. */
  readonly wantedZone: { readonly id: string; readonly name: string } | undefined;
  readonly zone: Fact<ZoneFacts | undefined>;
};

/** One bridge of the stage. */
export type BridgeFacts = {
  readonly name: string;
  readonly settings: BridgeSettings;
  /** The resources of its stack. Undefined before the first deployment. */
  readonly resources: Fact<readonly StackResource[] | undefined>;
  readonly webhooks: HostFacts | undefined;
  readonly media: (HostFacts & { readonly leadsTo: Fact<NameFacts> }) | undefined;
};

/** All facts for the checks before a deployment. None of them is a secret. */
export type PreflightFacts = {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly regionState: Fact<RegionState>;
  /** The qualifier of the bootstrap stack that the app deploys with. */
  readonly qualifier: string;
  /** Undefined when the region is not bootstrapped. */
  readonly bootstrapVersion: Fact<number | undefined>;
  /** The setting `lambdaQuota`. */
  readonly lambdaQuota: number;
  readonly quota: Fact<QuotaFacts>;
  /** Whether the policy that limits the stage's roles exists. Undefined where the stage names none. */
  readonly boundary: { readonly name: string; readonly exists: Fact<boolean> } | undefined;
  readonly distributions: Fact<readonly DistributionFacts[]>;
  /** The number of custom response headers policies at CloudFront. */
  readonly headersPolicies: Fact<number>;
  readonly bridges: readonly BridgeFacts[];
};

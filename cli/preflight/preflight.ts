import { stackNameOf } from "../stage/stage.ts";
import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { failedTo, undefinedFor } from "../aws/failures.ts";
import { globalRegion, signedCalls, textsIn } from "../aws/signed-calls.ts";
import type { SignedCalls } from "../aws/signed-calls.ts";
import { CommandFailure } from "../command.ts";
import {
  checksOf,
  fault,
  judgeAll,
  need,
  notApplicable,
  ok,
  unknown,
  warning,
  notKnown,
  readFact,
} from "../doctor/check.ts";
import type { Judged } from "../doctor/check.ts";
import { judgeQuota, readQuota } from "../doctor/aws.ts";
import { refuseOtherAccount } from "../stage/deployed-stage.ts";
import type { AwsConfiguration } from "../stage/stage.ts";
import { hostChecksOf } from "./host-checks.ts";
import { countHeadersPolicies, readBridge, readDistributions } from "./hosts.ts";
import type { Dns, Read } from "./hosts.ts";

/** All facts for the checks before a deployment. None of them is a secret. */
type PreflightFacts = Awaited<ReturnType<typeof collectPreflight>>;

/** The stage of a preflight, and the ways to read its surroundings. */
type Preflight = {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly aws: AwsConfiguration;
  readonly qualifier: string;
  readonly dns: Dns;
};

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
export async function collectPreflight(preflight: Preflight) {
  const { stage, settings, aws, qualifier, dns } = preflight;
  const { region, permissionsBoundary: policy } = settings;
  const calls = signedCalls(aws);
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
          readBridge(name, stackNameOf(stage, name), bridge, { calls, dns, aws, inRegion }),
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
}

/**
 * The account of the credentials. It needs no permission, so a failure means that there are no usable
 * credentials.
 */
async function readAccount(calls: SignedCalls): Promise<string> {
  const wanted = { Action: "GetCallerIdentity", Version: "2011-06-15" };
  // In a region that is always enabled: the stage's own may not be.
  const xml = await calls
    .query("sts", wanted, globalRegion)
    .catch(failedTo("look up the account of the AWS credentials"));
  const [account] = textsIn(xml, "Account");
  if (account === undefined) throw new CommandFailure("AWS did not name the account");
  return account;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
async function readRegion(calls: SignedCalls, region: string) {
  const wanted = {
    Action: "DescribeRegions",
    Version: "2016-11-15",
    AllRegions: "true",
    "Filter.1.Name": "region-name",
    "Filter.1.Value.1": region,
  };
  const xml = await calls
    .query("ec2", wanted, globalRegion)
    .catch(failedTo("look up the region (ec2:DescribeRegions)"));
  if (!textsIn(xml, "regionName").includes(region)) return "no-such-region";
  return textsIn(xml, "optInStatus")[0] === "not-opted-in" ? "not-enabled" : "enabled";
}

const parameter = z.object({ Parameter: z.object({ Value: z.string() }) });

/**
 * The version of the bootstrap stack, from the parameter that a deployment checks. Undefined when there
 * is none.
 */
async function readBootstrapVersion(
  calls: SignedCalls,
  qualifier: string,
): Promise<number | undefined> {
  const Name = `/cdk-bootstrap/${qualifier}/version`;
  return calls
    .json("ssm", "AmazonSSM.GetParameter", { Name })
    .then((answer) => Number(parameter.parse(answer).Parameter.Value))
    .catch(undefinedFor("ParameterNotFound"))
    .catch(failedTo(`read the parameter ${Name} (ssm:GetParameter)`));
}

async function hasPolicy(calls: SignedCalls, account: string, policy: string): Promise<boolean> {
  const PolicyArn = `arn:aws:iam::${account}:policy/${policy}`;
  const wanted = { Action: "GetPolicy", Version: "2010-05-08", PolicyArn };
  const xml = await calls
    .query("iam", wanted, globalRegion)
    .catch(undefinedFor("NoSuchEntity"))
    .catch(failedTo(`look up the policy ${policy} (iam:GetPolicy)`));
  return xml !== undefined;
}

/** The version that the stacks of this app ask for (`DefaultStackSynthesizer` of aws-cdk-lib). */
export const leastBootstrapVersion = 6;
/** The qualifier of CDK's own bootstrap template. */
export const defaultQualifier = "hnb659fds";
/** CloudFront's default. AWS raises it on request. */
const headersPoliciesQuota = 20;
const policyType = "AWS::CloudFront::ResponseHeadersPolicy";

const accountChecks = checksOf<PreflightFacts>("account and region", [
  {
    id: "region",
    title: "the region exists and is enabled for the account",
    judge({ region, regionState, account }) {
      const nothing = "nothing can be deployed there";
      switch (need(regionState)) {
        case "enabled":
          return ok(`${region} is enabled for account ${account}`);
        case "no-such-region":
          return fault(`AWS has no region ${region}`, nothing, "correct region in infra/stages.ts");
        case "not-enabled":
          return fault(
            `${region} is not enabled for account ${account}`,
            nothing,
            `aws account enable-region --region-name ${region}, which takes some minutes up to some hours; or choose another region`,
          );
      }
    },
  },
  {
    id: "bootstrap",
    title: "CDK is bootstrapped there, in a version that fits",
    // All stacks of a stage are in its region.
    judge({ bootstrapVersion, account, region, qualifier }) {
      const version = need(bootstrapVersion);
      const own = qualifier === defaultQualifier ? "" : ` --qualifier ${qualifier}`;
      const fix = `npx cdk bootstrap aws://${account}/${region}${own}, with administrator's rights`;
      const causes = "cdk deploy stops before it creates anything";
      if (version === undefined) {
        return fault(`CDK is not bootstrapped in ${region}, account ${account}`, causes, fix);
      }
      if (version >= leastBootstrapVersion) return ok(`version ${version} in ${region}`);
      const says = `the bootstrap stack has version ${version}, the app needs ${leastBootstrapVersion}`;
      return fault(says, causes, fix);
    },
  },
  {
    id: "lambda-quota",
    title: "the concurrent executions are enough",
    judge: ({ quota }) => judgeQuota(need(quota)),
  },
  {
    id: "permissions-boundary",
    title: "the policy for the roles exists",
    judge({ boundary, account }) {
      if (boundary === undefined) return notApplicable("the stage names no permissions boundary");
      if (need(boundary.exists)) return ok(`the policy ${boundary.name} exists`);
      return fault(
        `account ${account} has no policy ${boundary.name}`,
        "CloudFormation cannot create the roles of the functions",
        "create the policy, or correct permissionsBoundary in infra/stages.ts",
      );
    },
  },
  {
    id: "cloudfront-account",
    title: "CloudFront accepts the account",
    // Only CloudFront itself knows whether it serves a new account. A distribution shows that it does.
    judge({ distributions }) {
      const { length } = need(distributions);
      if (length > 0) return ok(`the account has ${length} distributions`);
      return unknown(
        'no call shows it: the account has no distribution yet. If the deployment fails with "Your account must be verified", open a case with AWS Support: docs/going-live.md',
      );
    },
  },
  {
    id: "cloudfront-policies",
    title: "there is room for a headers policy",
    // Each bridge has a response headers policy, and CloudFront's quota of them is small.
    judge({ headersPolicies, bridges }) {
      const count = need(headersPolicies);
      const wanted = bridges.filter(
        ({ resources }) =>
          resources.known && !resources.value?.some(({ type }) => type === policyType),
      ).length;
      const says = `the account has ${count}, new bridges need ${wanted}`;
      if (count + wanted <= headersPoliciesQuota || wanted === 0) return ok(says);
      return warning(
        `${says}; the quota is ${headersPoliciesQuota}, if AWS has not raised it`,
        "CloudFormation cannot create the media host of a bridge",
        "ask for a higher quota in Service Quotas in us-east-1: Amazon CloudFront, response headers policies per account",
      );
    },
  },
]);

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

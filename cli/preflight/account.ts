import * as z from "zod/mini";
import { failedTo, undefinedFor } from "../aws/failures.ts";
import { globalRegion, textsIn } from "../aws/signed-calls.ts";
import type { SignedCalls } from "../aws/signed-calls.ts";
import { CommandFailure } from "../command.ts";
import { checksOf, fault, need, notApplicable, ok, unknown, warning } from "../doctor/check.ts";
import type { Fact } from "../doctor/fact.ts";
import { judgeQuota } from "../doctor/quota.ts";
import type { QuotaFacts } from "../doctor/quota.ts";
import type { BridgeFacts, DistributionFacts } from "./hosts.ts";

/** A region as the account sees it. */
export type RegionState = "enabled" | "not-enabled" | "no-such-region";

/** All facts for the checks before a deployment. None of them is a secret. */
export type PreflightFacts = {
  readonly account: string;
  readonly region: string;
  readonly regionState: Fact<RegionState>;
  /** The qualifier of the bootstrap stack that the app deploys with. */
  readonly qualifier: string;
  /** Undefined when the region is not bootstrapped. */
  readonly bootstrapVersion: Fact<number | undefined>;
  readonly quota: Fact<QuotaFacts>;
  /** Whether the policy that limits the stage's roles exists. Undefined where the stage names none. */
  readonly boundary: { readonly name: string; readonly exists: Fact<boolean> } | undefined;
  readonly distributions: Fact<readonly DistributionFacts[]>;
  /** The number of custom response headers policies at CloudFront. */
  readonly headersPolicies: Fact<number>;
  readonly bridges: readonly BridgeFacts[];
};

/**
 * The account of the credentials. It needs no permission, so a failure means that there are no usable
 * credentials.
 */
export async function readAccount(calls: SignedCalls): Promise<string> {
  const wanted = { action: "GetCallerIdentity", version: "2011-06-15" };
  // In a region that is always enabled: the stage's own may not be.
  const xml = await calls
    .query("sts", wanted, globalRegion)
    .catch(failedTo("look up the account of the AWS credentials"));
  const [account] = textsIn(xml, "Account");
  if (account === undefined) throw new CommandFailure("AWS did not name the account");
  return account;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
export async function readRegion(calls: SignedCalls, region: string): Promise<RegionState> {
  const parameters = {
    AllRegions: "true",
    "Filter.1.Name": "region-name",
    "Filter.1.Value.1": region,
  };
  const wanted = { action: "DescribeRegions", version: "2016-11-15", parameters };
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
export async function readBootstrapVersion(
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

/** Whether the account has this IAM policy of its own. */
export async function hasPolicy(
  calls: SignedCalls,
  account: string,
  policy: string,
): Promise<boolean> {
  const PolicyArn = `arn:aws:iam::${account}:policy/${policy}`;
  const wanted = { action: "GetPolicy", version: "2010-05-08", parameters: { PolicyArn } };
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

/** Checks of what all bridges of the stage need from the account. */
export const accountChecks = checksOf<PreflightFacts>("account and region", [
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

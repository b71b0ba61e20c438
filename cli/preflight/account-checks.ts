import { fault, notApplicable, ok, unknown, warning } from "../doctor/check.ts";
import type { Finding } from "../doctor/check.ts";
import { judgeQuota } from "../doctor/checks/quota.ts";
import type { PreflightFacts } from "./facts.ts";

/** The version that the stacks of this app ask for (`DefaultStackSynthesizer` of aws-cdk-lib). */
export const leastBootstrapVersion = 6;
/** CloudFront's default. AWS raises it on request. */
const headersPoliciesQuota = 20;

/** The region of the stage. */
export function judgeRegion({ region, regionState, account }: PreflightFacts): Finding {
  if (!regionState.known) return unknown(regionState.why);
  const nothing = "nothing can be deployed there";
  switch (regionState.value) {
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
}

/** CDK's bootstrap stack in the region of the stage: all stacks of a stage are there. */
export function judgeBootstrap(facts: PreflightFacts): Finding {
  const { bootstrapVersion: version, account, region, qualifier } = facts;
  if (!version.known) return unknown(version.why);
  const own = qualifier === defaultQualifier ? "" : ` --qualifier ${qualifier}`;
  const fix = `npx cdk bootstrap aws://${account}/${region}${own}, with administrator's rights`;
  const causes = "cdk deploy stops before it creates anything";
  if (version.value === undefined) {
    return fault(`CDK is not bootstrapped in ${region}, account ${account}`, causes, fix);
  }
  if (version.value >= leastBootstrapVersion) return ok(`version ${version.value} in ${region}`);
  const says = `the bootstrap stack has version ${version.value}, the app needs ${leastBootstrapVersion}`;
  return fault(says, causes, fix);
}

/** The qualifier of CDK's own bootstrap template. */
export const defaultQualifier = "hnb659fds";

/** Lambda's concurrent executions against the stage's senders, and against its setting. */
export function judgeConcurrency({ quota, lambdaQuota, stage }: PreflightFacts): Finding {
  if (!quota.known) return unknown(quota.why);
  const finding = judgeQuota(quota.value);
  const { total } = quota.value;
  if (finding.state !== "ok" || total >= lambdaQuota) return finding;
  return warning(
    `the account has ${total} concurrent executions, lambdaQuota of stage "${stage}" is ${lambdaQuota}`,
    "the checks of the settings count with executions that the account does not have",
    `lambdaQuota: ${total} in infra/stages.ts`,
  );
}

/** The policy that limits every role of the stage. */
export function judgeBoundary({ boundary, account }: PreflightFacts): Finding {
  if (boundary === undefined) return notApplicable("the stage names no permissions boundary");
  if (!boundary.exists.known) return unknown(boundary.exists.why);
  if (boundary.exists.value) return ok(`the policy ${boundary.name} exists`);
  return fault(
    `account ${account} has no policy ${boundary.name}`,
    "CloudFormation cannot create the roles of the functions",
    "create the policy, or correct permissionsBoundary in infra/stages.ts",
  );
}

/** Only CloudFront itself knows whether it serves a new account. A distribution shows that it does. */
export function judgeCloudFront({ distributions }: PreflightFacts): Finding {
  if (!distributions.known) return unknown(distributions.why);
  const count = distributions.value.length;
  if (count > 0) return ok(`the account has ${count} distributions`);
  return unknown(
    'no call shows it: the account has no distribution yet. If the deployment fails with "Your account must be verified", open a case with AWS Support: docs/going-live.md',
  );
}

/** Each bridge has a response headers policy, and CloudFront's quota of them is small. */
export function judgeHeadersPolicies({ headersPolicies, bridges }: PreflightFacts): Finding {
  if (!headersPolicies.known) return unknown(headersPolicies.why);
  const isNew = ({ resources }: (typeof bridges)[number]) =>
    resources.known && !resources.value?.some(({ type }) => type === policyType);
  const wanted = bridges.filter(isNew).length;
  const says = `the account has ${headersPolicies.value}, new bridges need ${wanted}`;
  if (headersPolicies.value + wanted <= headersPoliciesQuota || wanted === 0) return ok(says);
  return warning(
    `${says}; the quota is ${headersPoliciesQuota}, if AWS has not raised it`,
    "CloudFormation cannot create the media host of a bridge",
    "ask for a higher quota in Service Quotas in us-east-1: Amazon CloudFront, response headers policies per account",
  );
}

const policyType = "AWS::CloudFront::ResponseHeadersPolicy";

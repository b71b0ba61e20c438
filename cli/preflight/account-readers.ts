import * as z from "zod/mini";
import { failedTo, undefinedFor } from "../aws/failures.ts";
import { globalRegion, textsIn } from "../aws/signed-calls.ts";
import type { SignedCalls } from "../aws/signed-calls.ts";
import { CommandFailure } from "../command.ts";
import type { RegionState } from "./facts.ts";

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

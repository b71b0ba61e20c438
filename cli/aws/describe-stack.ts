import { stackNameOf } from "../stage/stage.ts";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import type { AwsConfiguration, Stage } from "../stage/stage.ts";
import { CommandFailure } from "../command.ts";
import { failedTo } from "./failures.ts";

/** The facts that commands need about a stack in AWS. */
export type DeployedStack = {
  readonly account: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly isTerminationProtected: boolean;
};

/** A stack as CloudFormation describes it. Undefined when there is no such stack. */
export async function describeStack(
  StackName: string,
  aws: AwsConfiguration,
): Promise<DeployedStack | undefined> {
  const answer = await new CloudFormationClient(aws)
    .send(new DescribeStacksCommand({ StackName }))
    .catch(undefinedForMissing)
    .catch(failedTo(`look up the stack ${StackName}`));
  const stack = answer?.Stacks?.[0];
  if (stack === undefined) return undefined;
  const outputs = (stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]);
  return {
    account: stack.StackId?.split(":")[4] ?? "",
    outputs: Object.fromEntries(outputs) as Record<string, string>,
    isTerminationProtected: stack.EnableTerminationProtection ?? false,
  };
}

/** The existing resources of a stack, with the ids that AWS gave them. Undefined when there is no such stack. */
export async function readStackResources(StackName: string, aws: AwsConfiguration) {
  return listResources(new CloudFormationClient(aws), StackName)
    .catch(undefinedForMissing)
    .catch(failedTo(`list the resources of ${StackName} (cloudformation:ListStackResources)`));
}

async function listResources(client: CloudFormationClient, StackName: string) {
  const resources: { readonly type: string; readonly id: string }[] = [];
  // By pages: a bridge has more than a hundred resources, and AWS describes at most a hundred at once.
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    for (const each of page.StackResourceSummaries ?? []) {
      const { ResourceType: type, PhysicalResourceId: id, ResourceStatus } = each;
      // A deployment that was rolled back lists what it has deleted.
      if (type === undefined || id === undefined || ResourceStatus === "DELETE_COMPLETE") continue;
      resources.push({ type, id });
    }
  }
  return resources;
}

/** CloudFormation has no error code of its own for "no such stack". */
function undefinedForMissing(error: unknown): undefined {
  const isMissing =
    error instanceof Error &&
    error.name === "ValidationError" &&
    error.message.includes("does not exist");
  if (!isMissing) throw error;
}

/**
 * The address that AWS gives a stage's API in addition to its own domain, even when that address is off.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
 */
export async function findDefaultEndpoint(stage: Stage): Promise<string> {
  return `https://${await findListedApi(stage)}.execute-api.${stage.aws.region}.amazonaws.com`;
}

/** The id of a stage's API. Without a domain of its own, its address shows the id. */
export async function findApiId(stage: Stage): Promise<string> {
  const { hostname } = new URL(stage.outputs.WebhookUrl);
  const [, id] = /^([a-z0-9]+)\.execute-api\./.exec(hostname) ?? [];
  return id ?? (await findListedApi(stage));
}

async function findListedApi({ name, bridge, aws }: Stage): Promise<string> {
  const stackName = stackNameOf(name, bridge ?? "");
  const resources = await readStackResources(stackName, aws);
  const api = resources?.find(({ type }) => type === "AWS::ApiGatewayV2::Api");
  if (api === undefined) throw new CommandFailure(`the stack ${stackName} has no API`);
  return api.id;
}

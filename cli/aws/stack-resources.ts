import { CloudFormationClient, paginateListStackResources } from "@aws-sdk/client-cloudformation";
import type { AwsConfiguration } from "../stage/stage.ts";
import { isMissingStack } from "./describe-stack.ts";
import { awsFailure } from "./failures.ts";

/** A resource of a stack, with the id that AWS gave it. */
export type StackResource = { readonly type: string; readonly id: string };

/** The existing resources of a stack. Undefined when there is no such stack. */
export async function readStackResources(
  stackName: string,
  aws: AwsConfiguration,
): Promise<readonly StackResource[] | undefined> {
  const client = new CloudFormationClient(aws);
  const resources: StackResource[] = [];
  try {
    // By pages: a bridge has more than a hundred resources, and AWS describes at most a hundred at once.
    for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
      for (const {
        ResourceType,
        PhysicalResourceId,
        ResourceStatus,
      } of page.StackResourceSummaries ?? []) {
        if (ResourceType === undefined || PhysicalResourceId === undefined) continue;
        // A deployment that was rolled back lists what it has deleted.
        if (ResourceStatus === "DELETE_COMPLETE") continue;
        resources.push({ type: ResourceType, id: PhysicalResourceId });
      }
    }
    return resources;
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw awsFailure(
      error,
      `list the resources of ${stackName} (cloudformation:ListStackResources)`,
    );
  } finally {
    client.destroy();
  }
}

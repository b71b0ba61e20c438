import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { AwsConfiguration } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";

/** The facts that commands need about a stack in AWS. */
export type DeployedStack = {
  readonly account: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** CloudFormation refuses to delete it. */
  readonly isTerminationProtected: boolean;
};

/** A stack as CloudFormation describes it. Undefined when there is no such stack. */
export async function describeStack(
  stackName: string,
  aws: AwsConfiguration,
): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient(aws);
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const stack = answer.Stacks?.[0];
    if (stack === undefined) return undefined;
    const outputs = (stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]);
    return {
      account: stack.StackId?.split(":")[4] ?? "",
      outputs: Object.fromEntries(outputs) as Record<string, string>,
      isTerminationProtected: stack.EnableTerminationProtection ?? false,
    };
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw awsFailure(error, `look up the stack ${stackName}`);
  } finally {
    client.destroy();
  }
}

/** CloudFormation has no error code of its own for "no such stack". */
export function isMissingStack(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "ValidationError" &&
    error.message.includes("does not exist")
  );
}

import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import type { DeployedStack } from "../aws/describe-stack.ts";
import { choose, CommandFailure, UsageError } from "../command.ts";
import { readOutputs, howToDeploy, laptop, stackNameOf } from "./stage.ts";
import type { StackOutputs, AwsConfiguration, Protection, Stage } from "./stage.ts";

/** Reads a stack. Undefined when it is not deployed. */
export type DescribeStack = (
  stackName: string,
  aws: AwsConfiguration,
) => Promise<DeployedStack | undefined>;

type Stages = Readonly<Record<string, StageSettings>>;

/** A deployed bridge: its settings from `infra/stages.ts`, its addresses from the stack's outputs. */
export async function readDeployedStage(
  wanted: { readonly stage: string; readonly bridge: string | undefined },
  stages: Stages,
  describeStack: DescribeStack,
): Promise<Stage> {
  const { stage, name, bridge } = chooseBridge(wanted, stages);
  const aws = { region: stage.region };
  const stackName = stackNameOf(wanted.stage, name);
  const deploy = `deploy it with ${howToDeploy({ name: wanted.stage, bridge: name })}`;
  const stack = await describeStack(stackName, aws);
  if (stack === undefined) {
    throw new CommandFailure(`the stack ${stackName} is not in ${stage.region}: ${deploy}`);
  }
  refuseOtherAccount(stack.account, wanted.stage, stage);
  const stackOutputs = readOutputs(stack.outputs, deploy);
  return {
    name: wanted.stage,
    bridge: name,
    botId: bridge.telegram.botId,
    outputs: stackOutputs,
    aws,
    telegramApiRoot: bridge.telegram.apiRoot,
    amojoOrigin: bridge.amocrm.amojoOrigin,
    amocrmOrigin: bridge.amocrm.origin,
    mediaDays: stage.mediaDays,
    protection: stage.retainData ? protectionOf(stack, stackOutputs) : undefined,
    answersNamespace: bridge.unanswered === undefined ? undefined : stackName,
    hasChannelBot: bridge.amocrm.bot !== undefined,
    registration: bridge.amocrm.registration,
    crm: bridge,
  };
}

/** Throws if the credentials are for another account than the stage. */
export function refuseOtherAccount(
  account: string,
  name: string,
  { account: wanted }: Pick<StageSettings, "account">,
): void {
  if (wanted === undefined || account === wanted) return;
  throw new CommandFailure(
    `the AWS credentials are for account ${account}, but stage ${name} is in ${wanted}: sign in to that account`,
  );
}

function protectionOf(
  { isTerminationProtected: stack }: DeployedStack,
  { Protected: tables }: StackOutputs,
): Protection {
  return { stack, tables: tables === undefined ? undefined : tables === "yes" };
}

/** The settings of the stage that a command names. */
export function chooseStage(name: string, stages: Stages): StageSettings {
  const known = [laptop, ...Object.keys(stages)];
  return choose(stages, name, `there is no stage "${name}"`, known);
}

/** The settings of the bridge that a command names. Without a name, of the only bridge of the stage. */
export function chooseBridge(
  wanted: { readonly stage: string; readonly bridge: string | undefined },
  stages: Stages,
): { stage: StageSettings; name: string; bridge: BridgeSettings } {
  const stage = chooseStage(wanted.stage, stages);
  const names = Object.keys(stage.bridges);
  if (wanted.bridge === undefined && names.length > 1) {
    throw new UsageError(
      `stage ${wanted.stage} has the bridges ${names.join(", ")}: choose one with --bridge`,
    );
  }
  const name = wanted.bridge ?? names[0] ?? "";
  const fault = `stage ${wanted.stage} has no bridge "${name}"`;
  return { stage, name, bridge: choose(stage.bridges, name, fault) };
}

import { describeStack } from "../aws/describe-stack.ts";
import { CommandFailure } from "../command.ts";
import type { Terminal } from "../command.ts";
import { chooseBridge, stackNameOf } from "../stage/deployed-stage.ts";
import type { DescribeStack } from "../stage/deployed-stage.ts";
import { findStage, knownStages } from "../stage/find-stage.ts";
import { laptop } from "../stage/stage.ts";
import { letterFactsOf } from "./letter.ts";
import type { LetterFacts } from "./letter.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";

/** The facts for the letter of a bridge, and the names of its stage and bridge. */
export type NamedLetterFacts = {
  readonly name: string;
  readonly bridge: string | undefined;
  readonly facts: LetterFacts;
};

/** Finds the facts for the letter of the bridge that `--stage` and `--bridge` name. It needs no stack. */
export async function findLetterFacts(
  options: { readonly stage?: string; readonly bridge?: string },
  terminal: Pick<Terminal, "env">,
): Promise<NamedLetterFacts> {
  const { stage = laptop, bridge } = options;
  if (stage !== laptop) {
    return readLetterFacts({ stage, bridge }, await knownStages(), describeStack);
  }
  const run = await findStage(options, terminal);
  return { name: run.name, bridge: run.bridge, facts: letterFactsOf(run) };
}

/**
 * Joins the facts from the settings. Only a bridge without a host of its own has an address that AWS
 * chooses at the first deployment. The letter has a blank for it until then.
 */
export async function readLetterFacts(
  wanted: { readonly stage: string; readonly bridge: string | undefined },
  stages: Readonly<Record<string, StageSettings>>,
  describe: DescribeStack,
): Promise<NamedLetterFacts> {
  const { stage, name, bridge } = chooseBridge(wanted, stages);
  const facts = {
    registration: bridge.amocrm.registration,
    amojoOrigin: bridge.amocrm.amojoOrigin,
    amocrmOrigin: bridge.amocrm.origin,
    mediaDays: stage.mediaDays,
    webhooks:
      bridge.domain === undefined
        ? await findWebhooks(stage, stackNameOf(wanted.stage, name), describe)
        : { url: `https://${bridge.domain.host}` },
  };
  return { name: wanted.stage, bridge: name, facts };
}

async function findWebhooks(
  { region, account }: StageSettings,
  stackName: string,
  describe: DescribeStack,
): Promise<LetterFacts["webhooks"]> {
  const blank = (why: string) => ({
    why: `domain.host: the host of the webhooks. Without it, AWS chooses the address at the first deployment, and ${why}`,
  });
  try {
    const stack = await describe(stackName, { region });
    if (stack === undefined) return blank(`the stack ${stackName} is not in ${region} yet`);
    if (account !== undefined && stack.account !== account) {
      return blank(`the AWS credentials are for another account than ${account}`);
    }
    const url = stack.outputs["WebhookUrl"];
    return url === undefined ? blank(`the stack ${stackName} has no address yet`) : { url };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return blank(error.message);
  }
}

import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { CommandFailure, UsageError } from "../command.ts";
import type { Terminal } from "../command.ts";
import { runFileIn, readLaptopStage } from "./laptop.ts";
import { print } from "../output.ts";
import type { Line } from "../output.ts";
import { openSecrets } from "../secrets.ts";
import { laptop, nameOf } from "./stage.ts";
import type { Stage } from "./stage.ts";

type StageOptions = { readonly stage?: string; readonly bridge?: string };

/**
 * Opens the stage of a command, with its secrets. `answer` prints the command's answer, with the names of
 * stage and bridge in the JSON.
 */
export async function openStage(
  options: StageOptions & { readonly json?: boolean },
  terminal: Pick<Terminal, "env" | "stdout">,
) {
  const stage = await findStage(options, terminal);
  return {
    stage,
    secrets: openSecrets(stage),
    answer: (facts: object, lines: readonly Line[]) =>
      print(terminal, options.json, { ...nameOf(stage), ...facts }, lines),
  };
}

/**
 * The stage that `--stage` and `--bridge` name. Without them, the laptop run in progress. The variable
 * BRIDGE_RUN_FILE names the file of a laptop run other than the last one of this checkout.
 */
export async function findStage(
  options: StageOptions,
  terminal: Pick<Terminal, "env">,
): Promise<Stage> {
  const { stage = laptop, bridge } = options;
  if (stage !== laptop) {
    // Loaded only here: a command on the laptop run needs no client of CloudFormation.
    const [{ readDeployedStage }, { describeStack }] = await Promise.all([
      import("./deployed-stage.ts"),
      import("../aws/describe-stack.ts"),
    ]);
    return readDeployedStage({ stage, bridge }, await knownStages(), describeStack);
  }
  if (bridge !== undefined) {
    throw new UsageError("--bridge needs --stage; the laptop run has only one bridge");
  }
  return readLaptopStage(runFileIn(terminal.env));
}

/** The stages of infra/stages.ts. Faults of the file are reported unchanged. */
export async function knownStages(): Promise<Readonly<Record<string, StageSettings>>> {
  const [{ ownStages }, { StageSettingsError }] = await Promise.all([
    import("../../infra/settings/own-stages.ts"),
    import("../../infra/settings/read-stages.ts"),
  ]);
  try {
    return await ownStages();
  } catch (error) {
    if (!(error instanceof StageSettingsError)) throw error;
    throw new CommandFailure(`infra/stages.ts has errors.\n${error.message}`);
  }
}

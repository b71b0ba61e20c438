import { dirname, join } from "node:path";
import { readLivingRun, runFile } from "../../local/run-file.ts";
import type { RunFile } from "../../local/run-file.ts";
import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { CommandFailure } from "../command.ts";
import type { Terminal } from "../command.ts";
import { readOutputs, howToDeploy, laptop } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** The file of the last laptop run of this checkout, or the file that BRIDGE_RUN_FILE names. */
export function runFileIn(env: Terminal["env"]): string {
  return env["BRIDGE_RUN_FILE"] ?? runFile;
}

/** The folder in which laptop runs keep real bots: beside the file of the run. */
export function ownBotsIn(env: Terminal["env"]): string {
  return join(dirname(runFileIn(env)), "telegram");
}

/** The laptop run in progress. Undefined when there is none. */
export async function findRun(path: string): Promise<RunFile | undefined> {
  const run = await readLivingRun(path);
  if (run !== "other-version") return run;
  throw new CommandFailure("the laptop run has another version: stop it and start it again");
}

/** The same, for work that needs the run. `orElse` says what a person can do without a run. */
export async function readRun(path: string, orElse = ""): Promise<RunFile> {
  const run = await findRun(path);
  if (run !== undefined) return run;
  throw new CommandFailure(`no laptop run is in progress: start one with npm start${orElse}`);
}

/** The laptop run in progress, as a stage. */
export async function readLaptopStage(runFile: string): Promise<Stage> {
  const run = await readRun(runFile, ", or choose a stage with --stage");
  const { botId, awsEndpoint, telegramApiRoot, amojoOrigin, amocrmOrigin } = run;
  const outputs = readOutputs(run.outputs, howToDeploy({ name: laptop, bridge: undefined }));
  const { HandOff } = outputs;
  const stage = readStages(laptopStages)[HandOff === "always" ? laptop : `${laptop}-${HandOff}`];
  const bridge = stage?.bridges["main"];
  if (stage === undefined || bridge === undefined) {
    throw new Error(`infra/laptop.ts has no stage for ${HandOff}`);
  }
  return {
    name: laptop,
    bridge: undefined,
    botId,
    outputs,
    // The AWS emulators check no signature, but the SDK needs credentials to sign with.
    aws: {
      region: "us-east-1",
      endpoint: awsEndpoint,
      credentials: { accessKeyId: laptop, secretAccessKey: laptop },
    },
    telegramApiRoot,
    amojoOrigin,
    amocrmOrigin,
    mediaDays: stage.mediaDays,
    protection: undefined,
    answersNamespace: undefined,
    hasChannelBot: bridge.amocrm.bot !== undefined,
    registration: bridge.amocrm.registration,
    crm: { ...bridge, newCustomer: run.newCustomer },
  };
}

import { readFile } from "node:fs/promises";
import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { runFileSchema } from "../../local/run-file.ts";
import type { RunFile } from "../../local/run-file.ts";
import { CommandFailure } from "../command.ts";
import { readOutputs } from "./outputs.ts";
import type { StackOutputs } from "./outputs.ts";
import { laptop } from "./stage.ts";
import type { Stage } from "./stage.ts";

const noRun =
  "no laptop run is in progress: start one with npm start, or choose a stage with --stage";

/** The addresses of the laptop run in progress, from the file that exists during the run. */
export async function readRun(runFile: string): Promise<RunFile> {
  const text = await readFile(runFile, "utf8").catch(() => undefined);
  if (text === undefined) throw new CommandFailure(noRun);
  const run = runFileSchema.safeParse(parse(text));
  if (!run.success) {
    throw new CommandFailure("the laptop run has another version: stop it and start it again");
  }
  if (!isAlive(run.data.pid)) throw new CommandFailure(noRun);
  return run.data;
}

/** The laptop run in progress, as a stage. */
export async function readLaptopStage(runFile: string): Promise<Stage> {
  const run = await readRun(runFile);
  const { botId, awsEndpoint, telegramApiRoot, amojoOrigin, amocrmOrigin } = run;
  const outputs = readOutputs(run.outputs, "stop the laptop run and start it again");
  const { mediaDays, bridges } = settingsOf(outputs);
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
    mediaDays,
    protection: undefined,
    hasChannelBot: bridges["main"]?.amocrm.bot !== undefined,
    registration: bridges["main"]?.amocrm.registration,
  };
}

/** The settings that the run was synthesized from. */
function settingsOf({ HandOff }: StackOutputs): StageSettings {
  const stage = readStages(laptopStages)[HandOff === "always" ? laptop : `${laptop}-${HandOff}`];
  if (stage === undefined) throw new Error(`infra/laptop.ts has no stage for ${HandOff}`);
  return stage;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A killed run leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's process, but alive
  }
}

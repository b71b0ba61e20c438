import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { readRun } from "./laptop-run.ts";
import { readOutputs } from "./outputs.ts";
import type { StackOutputs } from "./outputs.ts";
import { howToDeploy, laptop } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** The laptop run in progress, as a stage. */
export async function readLaptopStage(runFile: string): Promise<Stage> {
  const run = await readRun(runFile, ", or choose a stage with --stage");
  const { botId, awsEndpoint, telegramApiRoot, amojoOrigin, amocrmOrigin } = run;
  const outputs = readOutputs(run.outputs, howToDeploy({ name: laptop, bridge: undefined }));
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
    answersNamespace: undefined,
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

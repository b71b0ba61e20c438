import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import { laptopStages } from "../../infra/laptop.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { readRun } from "./laptop-run.ts";
import { readOutputs } from "./outputs.ts";
import type { StackOutputs } from "./outputs.ts";
import { crmSettingsOf, howToDeploy, laptop } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** The laptop run in progress, as a stage. */
export async function readLaptopStage(runFile: string): Promise<Stage> {
  const run = await readRun(runFile, ", or choose a stage with --stage");
  const { botId, awsEndpoint, telegramApiRoot, amojoOrigin, amocrmOrigin } = run;
  const outputs = readOutputs(run.outputs, howToDeploy({ name: laptop, bridge: undefined }));
  const { mediaDays, bridge } = settingsOf(outputs);
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
    hasChannelBot: bridge.amocrm.bot !== undefined,
    registration: bridge.amocrm.registration,
    crm: crmSettingsOf({ ...bridge, newCustomer: run.newCustomer }),
  };
}

/** The settings that the run was synthesized from. */
function settingsOf({ HandOff }: StackOutputs): {
  readonly mediaDays: number;
  readonly bridge: BridgeSettings;
} {
  const stage = readStages(laptopStages)[HandOff === "always" ? laptop : `${laptop}-${HandOff}`];
  const bridge = stage?.bridges["main"];
  if (stage === undefined || bridge === undefined) {
    throw new Error(`infra/laptop.ts has no stage for ${HandOff}`);
  }
  return { mediaDays: stage.mediaDays, bridge };
}

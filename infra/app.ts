import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { BridgeStage } from "./bridge-stage.ts";
import { laptopStages } from "./laptop.ts";
import { guardRules } from "./policy/guard-rules.ts";
import { ownStages } from "./settings/own-stages.ts";
import { readStages, StageSettingsError } from "./settings/read-stages.ts";

const app = new App({
  // In a stage, a bare `cdk synth` selects no stack, and the CLI reports findings of selected stacks
  // only. This setting makes the app itself fail for any selection.
  postCliContext: {
    "@aws-cdk/core:failSynthOnValidationErrors": true,
    "@aws-cdk/core:appMode": "process",
  },
});
const laptop: unknown = app.node.tryGetContext("bridge:laptop");
// The rules take seconds. They are for stages on AWS: a laptop run starts without them.
if (laptop === undefined) {
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new ServerlessChecks(app),
    guardRules(),
  );
}
const ofLaptop = (names: readonly unknown[]) =>
  Object.fromEntries(Object.entries(laptopStages).filter(([name]) => names.includes(name)));
try {
  const stages = Array.isArray(laptop) ? readStages(ofLaptop(laptop)) : await ownStages();
  for (const [name, settings] of Object.entries(stages)) {
    new BridgeStage(app, name, settings);
  }
} catch (error) {
  if (!(error instanceof StageSettingsError)) throw error;
  console.error(`infra/stages.ts has errors.\n${error.message}`);
  process.exit(1);
}

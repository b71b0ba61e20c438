import { PermissionsBoundary, Stage } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { BridgeStack } from "./bridge-stack.ts";
import type { StageSettings } from "./settings/stage-settings.ts";

/**
 * One environment, with one stack per bridge. `cdk deploy 'dev/*'` deploys all stacks,
 * `cdk deploy dev/main` deploys one.
 */
export class BridgeStage extends Stage {
  constructor(scope: Construct, id: string, settings: StageSettings) {
    const { account, region, permissionsBoundary, bridges, ...ofStage } = settings;
    super(scope, id, {
      env: account === undefined ? { region } : { account, region },
      ...(permissionsBoundary === undefined
        ? {}
        : { permissionsBoundary: PermissionsBoundary.fromName(permissionsBoundary) }),
    });
    for (const [bridge, bridgeSettings] of Object.entries(bridges)) {
      new BridgeStack(this, bridge, { stage: id, ...ofStage, bridge, settings: bridgeSettings });
    }
  }
}

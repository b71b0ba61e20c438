import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { RolloutGate, WaitingRollout } from "../../ports/rollout-gate.ts";

/** CodeDeploy, which holds a roll-out until its hook has answered. */
export class CodeDeployRolloutGate implements RolloutGate {
  readonly #client: CodeDeployClient;

  constructor(client: CodeDeployClient) {
    this.#client = client;
  }

  async report(rollout: WaitingRollout, verdict: "Succeeded" | "Failed"): Promise<void> {
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId } = rollout;
    const command = new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status: verdict,
    });
    await this.#client.send(command);
  }
}

/** Which roll-out waits, in CodeDeploy's words. */
export type WaitingRollout = {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
};

/** Lets a new version have traffic, or sends it back. */
export interface RolloutGate {
  /** Throws when the answer was not taken: the roll-out then waits, and fails in the end. */
  report(rollout: WaitingRollout, verdict: "Succeeded" | "Failed"): Promise<void>;
}

import type { HealthCheck } from "./envelope.ts";

/** Key of the report's item in the table of deliveries. */
export const caretakerReportId = "caretaker:report";

/**
 * What the caretaker leaves behind after every run, for people who look. A round that was not due
 * keeps what its last run found.
 */
export type CaretakerReport = {
  /** When the last run ended. */
  readonly ranAtMillis: number;
  /** Rounds that failed when they were last due, none when all went well. */
  readonly failedRounds: readonly string[];
  /** Rounds that were skipped when they were last due, because a secret of theirs is not set yet. */
  readonly skippedRounds?: readonly string[];
  /** The last look for lost hooks, and how many it found and brought back. */
  readonly reconciledAtMillis?: number;
  readonly foundLost?: number;
  /** The last look at Telegram's webhook: whether it is ours, and how many updates waited there. */
  readonly webhookInspectedAtMillis?: number;
  readonly isWebhookOurs?: boolean;
  readonly pendingUpdates?: number;
  /** The last signed check through the public address, and which webhooks answered as they should. */
  readonly checkedAtMillis?: number;
  readonly isTelegramWebhookFine?: boolean;
  readonly isAmocrmWebhookFine?: boolean;
  /** When amoCRM's API token ends, as the token itself says; absent without a token. */
  readonly apiTokenExpiresAtMillis?: number;
};

/** What a run found: a field that is given replaces the last run's, an undefined one removes it. */
export type CaretakerFindings = {
  readonly [Field in keyof CaretakerReport]?: CaretakerReport[Field] | undefined;
};

/** Where the caretaker leaves its report. */
export interface CaretakerReports {
  /** Replaces what this run found, and leaves the rest as it was. */
  merge(findings: CaretakerFindings): Promise<void>;
}

/** One of our own webhooks, called through its public address as its vendor would call it. */
export interface OwnWebhook {
  /**
   * The status it answers an authentic check with. Throws SecretUnavailable while the bridge is not
   * set up that far, TransientFailure without an answer.
   */
  send(check: HealthCheck): Promise<number>;
}

/** What the messenger says of our webhook. */
export type WebhookInfo = {
  readonly url: string;
  readonly pendingUpdates: number;
  readonly lastErrorAtMillis: number | undefined;
};

/** Reads the state of our webhook at the messenger. May throw TransientFailure. */
export interface WebhookInspector {
  inspect(): Promise<WebhookInfo>;
}

/** A request of a vendor, as far as a webhook looks at it. */
export type WebhookRequest = {
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** One version of a webhook's function, whether or not it takes traffic yet. */
export interface WebhookVersion {
  /** The status it answers with; throws when it crashes or cannot be called. */
  answer(request: WebhookRequest): Promise<number>;
}

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

import type { HealthCheck } from "./envelope.ts";

/** The key of the report in the deliveries table. */
export const caretakerReportId = "caretaker:report";

/** The caretaker's report after every run. A round that was not due keeps its last findings. */
export type CaretakerReport = {
  /** When the last run ended. */
  readonly ranAtMillis: number;
  /** Rounds that failed when they were last due. Empty when all went well. */
  readonly failedRounds: readonly string[];
  /** Rounds that the caretaker skipped when they were last due, because a secret is not set yet. */
  readonly skippedRounds?: readonly string[];
  /** When the last reconcile run ended, and how many lost hooks it found and brought back. */
  readonly reconciledAtMillis?: number;
  readonly foundLost?: number;
  /**
   * When the caretaker last inspected Telegram's webhook, whether it is ours, and how many updates waited.
   */
  readonly webhookInspectedAtMillis?: number;
  readonly isWebhookOurs?: boolean;
  readonly pendingUpdates?: number;
  /** When the last health check ended, and which webhooks answered it correctly. */
  readonly checkedAtMillis?: number;
  readonly isTelegramWebhookFine?: boolean;
  readonly isAmocrmWebhookFine?: boolean;
  /** When amoCRM's API token ends, as the token itself says. Absent without a token. */
  readonly apiTokenExpiresAtMillis?: number;
};

/** The findings of a run. A given field replaces the last run's field. An undefined field removes it. */
export type CaretakerFindings = {
  readonly [Field in keyof CaretakerReport]?: CaretakerReport[Field] | undefined;
};

/** The store of the caretaker's report. */
export interface CaretakerReports {
  /** Replaces the findings of this run, and leaves the rest unchanged. */
  merge(findings: CaretakerFindings): Promise<void>;
}

/** One of our own webhooks. We call it through its public address, as its vendor does. */
export interface OwnWebhook {
  /**
   * Sends an authentic check and returns the status of the answer. Throws SecretUnavailable while
   * the bridge is not set up that far, and TransientFailure without an answer.
   */
  send(check: HealthCheck): Promise<number>;
}

/** The public hosts of a bridge, seen as the vendors see them. */
export interface PublicHosts {
  /** The hosts of the team. AWS renews the certificates of the hosts that it gave. */
  readonly withCertificate: readonly string[];
  /** The status that the files' host answers for a missing file. May throw TransientFailure. */
  statusOfMissingFile(): Promise<number>;
  /** The end of the certificate that a host presents. May throw TransientFailure. */
  certificateEndsAtMillis(host: string): Promise<number>;
}

/** The messenger's information about our webhook. */
export type WebhookInfo = {
  readonly url: string;
  readonly pendingUpdates: number;
  readonly lastErrorAtMillis: number | undefined;
};

/** Reads the state of our webhook at the messenger. May throw TransientFailure. */
export interface WebhookInspector {
  inspect(): Promise<WebhookInfo>;
}

/** A vendor's request, with the parts that a webhook reads. */
export type WebhookRequest = {
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** One version of a webhook's function, with or without traffic. */
export interface WebhookVersion {
  /** Returns the status of the version's answer. Throws when the version crashes or cannot be called. */
  answer(request: WebhookRequest): Promise<number>;
}

/** The roll-out that waits, in CodeDeploy's words. */
export type WaitingRollout = {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
};

/** Gives traffic to a new version, or sends it back. */
export interface RolloutGate {
  /** Throws when CodeDeploy did not accept the verdict. Then the roll-out waits, and fails in the end. */
  report(rollout: WaitingRollout, verdict: "Succeeded" | "Failed"): Promise<void>;
}

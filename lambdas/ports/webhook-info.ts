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

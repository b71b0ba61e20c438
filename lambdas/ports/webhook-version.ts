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

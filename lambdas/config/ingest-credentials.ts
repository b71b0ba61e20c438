/** A secret in use, and the one before it while a rotation is under way. */
export type WebhookCredentials = {
  readonly current: string;
  readonly previous?: string | undefined;
};

/** What a hook of amoCRM is verified with. */
export type ChannelCredentials = WebhookCredentials & { readonly scopeId: string };

/**
 * Of a stored secret what the Telegram webhook needs: what `telegramWebhookCredentials` takes is
 * taken here, without loading zod. Errors name the field and no value.
 */
export function webhookCredentialsOf(json: unknown): WebhookCredentials {
  const current = textAt(json, "current", "not set yet");
  const previous = fieldOf(json, "previous");
  if (previous === undefined) return { current };
  if (typeof previous !== "string") throw new Error("previous: expected a text");
  return { current, previous };
}

/** The same for the amoCRM webhook and `amocrmChannelCredentials`. */
export function channelCredentialsOf(json: unknown): ChannelCredentials {
  const scopeId = textAt(json, "scopeId", "not connected yet");
  return { ...webhookCredentialsOf(json), scopeId };
}

/** The secrets to verify with: the current one, and the previous one during a rotation. */
export function secretsInUse({ current, previous }: WebhookCredentials): readonly string[] {
  return previous === undefined || previous === "" ? [current] : [current, previous];
}

/**
 * How long a webhook believes a secret. While an earlier value is in force, somebody is about to take it
 * back, and it has to be refused soon. While none is, a change is seen all the same with the first event
 * that the new value signs.
 */
export function maxAgeMillisOf(known: WebhookCredentials): number {
  return (secretsInUse(known).length > 1 ? 5 : 30) * 60_000;
}

function textAt(json: unknown, field: string, problem: string): string {
  const value = fieldOf(json, field);
  if (typeof value !== "string" || value === "") throw new Error(`${field}: ${problem}`);
  return value;
}

function fieldOf(json: unknown, field: string): unknown {
  return typeof json === "object" && json !== null
    ? (json as Record<string, unknown>)[field]
    : undefined;
}

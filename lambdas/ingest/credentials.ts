import { SecretUnset } from "../model/runtime.ts";

/** The secret in use, and the previous one during a rotation. */
export type WebhookCredentials = {
  readonly current: string;
  readonly previous?: string | undefined;
};

/** The credentials that verify amoCRM's hooks. */
export type ChannelCredentials = WebhookCredentials & { readonly scopeId: string };

/**
 * Reads the Telegram webhook's credentials from a stored secret. It accepts the same values as
 * `telegramWebhookCredentials`, without loading zod. Errors name the field and no value. Throws
 * SecretUnset for a field that is empty or missing.
 */
export function webhookCredentialsOf(json: unknown): WebhookCredentials {
  requireSet(json, { current: "not set yet" });
  const current = textAt(json, "current");
  const previous = fieldOf(json, "previous");
  if (previous === undefined) return { current };
  if (typeof previous !== "string") throw new Error("previous: expected a text");
  return { current, previous };
}

/** The same for the amoCRM webhook and `amocrmChannelCredentials`. */
export function channelCredentialsOf(json: unknown): ChannelCredentials {
  requireSet(json, { current: "not set yet", scopeId: "not connected yet" });
  const scopeId = textAt(json, "scopeId");
  return { ...webhookCredentialsOf(json), scopeId };
}

/** The secrets to verify with: the current one, and the previous one during a rotation. */
export function secretsInUse({ current, previous }: WebhookCredentials): readonly string[] {
  return previous === undefined || previous === "" ? [current] : [current, previous];
}

/**
 * At this age a webhook reads its secret again: it must soon refuse a previous value that a person has taken
 * back. A new value it sees at once, with the first event that the new value signs.
 */
export const secretMaxAgeMillis = 5 * 60_000;

/** Throws SecretUnset when one of these fields is empty, whatever the other fields hold. */
function requireSet(json: unknown, fields: Readonly<Record<string, string>>): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new Error("expected an object");
  }
  for (const [field, problem] of Object.entries(fields)) {
    const value = fieldOf(json, field);
    if (value === undefined || value === "") {
      throw new SecretUnset(`a secret is not set: ${field}: ${problem}`);
    }
  }
}

function textAt(json: unknown, field: string): string {
  const value = fieldOf(json, field);
  if (typeof value !== "string") throw new Error(`${field}: expected a text`);
  return value;
}

function fieldOf(json: unknown, field: string): unknown {
  return typeof json === "object" && json !== null
    ? (json as Record<string, unknown>)[field]
    : undefined;
}

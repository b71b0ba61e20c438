import { SecretUnset } from "../model/runtime.ts";

/** A secret in use, and the one before it while a rotation is under way. */
export type WebhookCredentials = {
  readonly current: string;
  readonly previous?: string | undefined;
};

/** What a hook of amoCRM is verified with. */
export type ChannelCredentials = WebhookCredentials & { readonly scopeId: string };

/**
 * Of a stored secret what the Telegram webhook needs: what `telegramWebhookCredentials` takes is
 * taken here, without loading zod. Errors name the field and no value; a field that is empty or
 * missing is SecretUnset.
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
 * How long a webhook believes a secret. While an earlier value is in force, somebody is about to take it
 * back, and it has to be refused soon. While none is, a change is seen all the same with the first event
 * that the new value signs.
 */
export function maxAgeMillisOf(known: WebhookCredentials): number {
  return (secretsInUse(known).length > 1 ? 5 : 30) * 60_000;
}

/** Where one field is empty, the secret as a whole is not set, whatever its other fields hold. */
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

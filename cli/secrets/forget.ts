import type { SecretFields, SecretStore } from "./secret-store.ts";
import type { SecretName } from "./secret-plans.ts";

/**
 * The empty form of the secrets that vendors issued, as the stack creates them. The bridge's own
 * webhook secret stays.
 */
const empty: Readonly<Partial<Record<SecretName, SecretFields>>> = {
  "telegram-bot": { token: "" },
  "amocrm-channel": { channelId: "", scopeId: "", current: "" },
  "amocrm-api": { token: "" },
};

/**
 * Empties the secrets that vendors issued and answers the names of those that held a value. Secrets
 * Manager itself keeps the previous version.
 */
export async function forgetIssued(secrets: SecretStore): Promise<readonly SecretName[]> {
  const forgotten: SecretName[] = [];
  for (const [name, fields] of Object.entries(empty) as [SecretName, SecretFields][]) {
    const before = await secrets.read(name);
    if (Object.values(before).every((value) => value === "")) continue;
    await secrets.write(name, fields);
    forgotten.push(name);
  }
  return forgotten;
}

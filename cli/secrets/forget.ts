import type { SecretFields, SecretStore } from "./secret-store.ts";
import type { SecretName } from "./secret-plans.ts";

/** The secrets that vendors issued, as the stack creates them; its own webhook secret stays. */
const empty: Readonly<Partial<Record<SecretName, SecretFields>>> = {
  "telegram-bot": { token: "" },
  "amocrm-channel": { channelId: "", scopeId: "", current: "" },
  "amocrm-api": { token: "" },
};

/**
 * Empties what vendors issued and answers the names of those that held something. Secrets Manager
 * itself keeps the version before the last.
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

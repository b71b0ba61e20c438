import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { SecretUnset } from "../model/runtime.ts";
import type { Now, Secret } from "../model/runtime.ts";
import { storedSecret } from "./stored-secret.ts";

/** The JSON secrets of Secrets Manager. Each must fit its schema. */
export function secretsManagerSecrets(
  client: SecretsManagerClient,
  times: { now: Now; timeoutMillis: number; maxAgeMillis?: number },
) {
  return <Schema extends z.ZodMiniType>(
    secretId: string,
    schema: Schema,
    maxAgeMillis = times.maxAgeMillis,
  ): Secret<z.output<Schema>> =>
    storedSecret({
      fetch: async () => {
        const command = new GetSecretValueCommand({ SecretId: secretId });
        const abortSignal = AbortSignal.timeout(times.timeoutMillis);
        return (await client.send(command, { abortSignal })).SecretString ?? "";
      },
      parse: (json) => {
        const parsed = z.safeParse(schema, json);
        if (parsed.success) return parsed.data;
        const { issues } = parsed.error;
        const problems = issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("; ");
        const isUnset = issues.some(({ path }) => path.length > 0 && isEmptyAt(json, path));
        throw isUnset ? new SecretUnset(`a secret is not set: ${problems}`) : new Error(problems);
      },
      now: times.now,
      maxAgeMillis,
    });
}

/** True for a field that is missing, or still empty as the stack created it. */
function isEmptyAt(json: unknown, path: readonly PropertyKey[]): boolean {
  let found = json;
  for (const name of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[name];
  return found === undefined || found === "";
}

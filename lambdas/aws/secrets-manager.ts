import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { SecretUnset } from "../model/runtime.ts";
import type { Now } from "../model/runtime.ts";
import { StoredSecret } from "./stored-secret.ts";
import type { MaxAgeMillis } from "./stored-secret.ts";

/** A JSON secret of Secrets Manager. It must fit its schema. */
export class SecretsManagerSecret<Schema extends z.ZodMiniType> extends StoredSecret<
  z.output<Schema>
> {
  constructor(options: {
    client: SecretsManagerClient;
    secretId: string;
    schema: Schema;
    now: Now;
    timeoutMillis: number;
    maxAgeMillis?: MaxAgeMillis<z.output<Schema>>;
  }) {
    const { client, secretId, schema, now, timeoutMillis, maxAgeMillis } = options;
    super({
      fetch: async () => {
        const command = new GetSecretValueCommand({ SecretId: secretId });
        const abortSignal = AbortSignal.timeout(timeoutMillis);
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
      now,
      maxAgeMillis,
    });
  }
}

/** True for a field that is missing, or still empty as the stack created it. */
function isEmptyAt(json: unknown, path: readonly PropertyKey[]): boolean {
  let found = json;
  for (const name of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[name];
  return found === undefined || found === "";
}

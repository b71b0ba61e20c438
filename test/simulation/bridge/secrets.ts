import type * as z from "zod/mini";
import { SecretsManagerSecret } from "../../../lambdas/aws/secrets-manager.ts";
import type { MaxAgeMillis } from "../../../lambdas/aws/stored-secret.ts";
import type { Secret } from "../../../lambdas/model/runtime.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { BridgeWorld } from "./bridge-world.ts";

/**
 * Reads secrets as a function's composition does: with the real adapter, from the simulated store.
 */
export function secretReader(
  sandbox: Sandbox,
  { secrets, mutant }: BridgeWorld,
  times: { timeoutMillis: number; maxAgeMillis: MaxAgeMillis<unknown> },
) {
  const client = secrets.clientFor(sandbox);
  return <Schema extends z.ZodMiniType>(
    secretId: string,
    schema: Schema,
  ): Secret<z.output<Schema>> => {
    const maxAgeMillis = mutant.secretMaxAgeMillis ?? times.maxAgeMillis;
    const options = { client, secretId, schema, now: sandbox.now, ...times, maxAgeMillis };
    const secret = new SecretsManagerSecret(options);
    return mutant.secret?.(secret) ?? secret;
  };
}

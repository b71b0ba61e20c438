import type * as z from "zod/mini";
import { secretsManagerSecrets } from "../../../lambdas/aws/secrets-manager.ts";
import type { Secret } from "../../../lambdas/model/runtime.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { BridgeWorld } from "./bridge-world.ts";

/**
 * Reads secrets as a function's composition does: with the real adapter, from the simulated store.
 */
export function secretReader(
  sandbox: Sandbox,
  { secrets, mutant }: BridgeWorld,
  times: { timeoutMillis: number; maxAgeMillis: number },
) {
  const maxAgeMillis = mutant.secretMaxAgeMillis ?? times.maxAgeMillis;
  const open = secretsManagerSecrets(secrets.clientFor(sandbox), {
    ...times,
    now: sandbox.now,
    maxAgeMillis,
  });
  return <Schema extends z.ZodMiniType>(
    secretId: string,
    schema: Schema,
  ): Secret<z.output<Schema>> => {
    const secret = open(secretId, schema);
    return mutant.secret?.(secret) ?? secret;
  };
}

import { SecretUnavailable, SecretUnset } from "../../lambdas/model/runtime.ts";
import type { Secret } from "../../lambdas/model/runtime.ts";

/**
 * A secret that becomes `after` once it is read again. Without a value its store is down.
 * "unset" means that no value has been filled in.
 */
export function aFakeSecret<Value extends object>(
  value: Value | "unset" | undefined,
  after: Value | "unset" | undefined = value,
): Secret<Value> & { rereads(): number; asked(): number } {
  let rereads = 0;
  let asked = 0;
  let current = value;
  const answer = async () => {
    asked += 1;
    if (current === undefined) throw new SecretUnavailable("the secret store did not answer");
    if (current === "unset") throw new SecretUnset("a secret is not set");
    return current;
  };
  return {
    read: answer,
    readSince: () => {
      current = after;
      return answer();
    },
    reread: () => {
      rereads += 1;
      current = after;
      return answer();
    },
    rereads: () => rereads,
    /** In any way. */
    asked: () => asked,
  };
}

import { SecretUnavailable } from "../../lambdas/ports/secret.ts";
import type { Secret } from "../../lambdas/ports/secret.ts";

/** A secret that becomes `after` once it is read again; without a value its store is down. */
export function aFakeSecret<Value>(
  value: Value | undefined,
  after: Value | undefined = value,
): Secret<Value> & { rereads(): number } {
  let rereads = 0;
  let current = value;
  const answer = async () => {
    if (current === undefined) throw new SecretUnavailable("the secret store did not answer");
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
  };
}

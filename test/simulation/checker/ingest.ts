import type { Evidence, Violation } from "./evidence.ts";

const secondMillis = 1000;
/** Each sandbox rereads a secret at most once in 30 s. */
const rereadMillis = 30 * secondMillis;

/**
 * No authentic request is refused for its signature. Exception: the new secret was stored, or the
 * store was in trouble, so recently that the sandbox could not know the secret.
 */
export function refusals({ world, wasInForce }: Evidence): Violation[] {
  const stored = world.history
    .of("world")
    .filter(({ what }) => what.includes("secret is stored"))
    .map(({ atMillis }) => atMillis);
  return world.history.of("ingested").flatMap((ingested) => {
    const { isAuthentic, status, atMillis, what } = ingested;
    if (!isAuthentic && status === 200) return [];
    if (!isAuthentic || (status !== 401 && status !== 404)) return [];
    const isTooLate = stored.some((at) => at <= atMillis && atMillis - at < rereadMillis + 5000);
    if (isTooLate || wasInForce("secrets", atMillis, rereadMillis + 5000)) return [];
    return [{ rule: "refused", about: what, what: `an authentic webhook was answered ${status}` }];
  });
}

import type { Evidence, Violation } from "./evidence.ts";

const secondMillis = 1000;
/** A secret is read again at most once in 30 s by each sandbox. */
const rereadMillis = 30 * secondMillis;

/**
 * Nothing authentic is refused for its signature, unless the new secret was stored so lately, or
 * the store so lately in trouble, that the sandbox could not know it.
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

import { withStrike } from "../model/pause.ts";
import type { PauseName, Strike } from "../model/pause.ts";
import type { Now } from "../ports/clock.ts";
import type { PauseStore } from "../ports/pause-store.ts";

const cacheMillis = 1000;
const saves = 5;

/** Keeps everybody away from a vendor that asked for it or does not answer. */
export type Pauses = {
  /** Until when no call may be made there; known to be at most a second old. */
  untilMillis(name: PauseName): Promise<number>;
  /** Counts a strike; enough of them pause it for every sandbox. */
  strike(name: PauseName, strike: Strike, retryAfterMillis: number): Promise<void>;
};

export function createPauses(store: PauseStore, now: Now): Pauses {
  const known = new Map<PauseName, { untilMillis: number; readAtMillis: number }>();
  return {
    async untilMillis(name) {
      const cached = known.get(name);
      if (cached !== undefined && now() - cached.readAtMillis < cacheMillis) {
        return cached.untilMillis;
      }
      const { pause } = await store.load(name);
      known.set(name, { untilMillis: pause.untilMillis, readAtMillis: now() });
      return pause.untilMillis;
    },
    async strike(name, strike, retryAfterMillis) {
      for (let save = 0; save < saves; save += 1) {
        const { pause, version } = await store.load(name);
        const struck = withStrike(pause, strike, retryAfterMillis);
        if (await store.save({ pause: struck, version })) {
          known.set(name, { untilMillis: struck.untilMillis, readAtMillis: now() });
          return;
        }
      }
    },
  };
}

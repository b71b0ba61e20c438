import type { Direction } from "../model/envelope.ts";
import { withStrike } from "../model/pause.ts";
import type { Strike } from "../model/pause.ts";
import type { Now } from "../ports/clock.ts";
import type { PauseStore } from "../ports/pause-store.ts";

const cacheMillis = 1000;
const saves = 5;

/** Keeps a direction away from a vendor that asked for it or does not answer. */
export type Pauses = {
  /** Until when no call of that direction may be made; known to be at most a second old. */
  untilMillis(direction: Direction): Promise<number>;
  /** Counts a strike; enough of them pause the direction for every sandbox. */
  strike(direction: Direction, strike: Strike, retryAfterMillis: number): Promise<void>;
};

export function createPauses(store: PauseStore, now: Now): Pauses {
  const known = new Map<Direction, { untilMillis: number; readAtMillis: number }>();
  return {
    async untilMillis(direction) {
      const cached = known.get(direction);
      if (cached !== undefined && now() - cached.readAtMillis < cacheMillis) {
        return cached.untilMillis;
      }
      const { pause } = await store.load(direction);
      known.set(direction, { untilMillis: pause.untilMillis, readAtMillis: now() });
      return pause.untilMillis;
    },
    async strike(direction, strike, retryAfterMillis) {
      for (let save = 0; save < saves; save += 1) {
        const { pause, version } = await store.load(direction);
        const struck = withStrike(pause, strike, retryAfterMillis);
        if (await store.save({ pause: struck, version })) {
          known.set(direction, { untilMillis: struck.untilMillis, readAtMillis: now() });
          return;
        }
      }
    },
  };
}

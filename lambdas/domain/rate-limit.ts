/** Lets a number of things through in any span of that length, and no more. */
export type RateLimit = {
  /** True, and the thing is counted, where it may go through. */
  takes(nowMillis: number): boolean;
};

/** A limit as one sandbox counts it. */
export function createRateLimit(most: number, spanMillis: number): RateLimit {
  /** Oldest first. */
  let takenAtMillis: number[] = [];
  return {
    takes(nowMillis) {
      takenAtMillis = takenAtMillis.filter((atMillis) => nowMillis - atMillis < spanMillis);
      if (takenAtMillis.length >= most) return false;
      takenAtMillis.push(nowMillis);
      return true;
    },
  };
}

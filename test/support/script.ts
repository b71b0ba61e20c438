/** The result of a scripted call: returns the value, or throws it when it is an error. */
export type Step<Value> = Value | Error;

/** Plays the steps in order. The last one repeats. */
export function aScript<Value>(...steps: readonly [Step<Value>, ...Step<Value>[]]): {
  readonly play: () => Promise<Value>;
  readonly played: () => number;
} {
  let played = 0;
  return {
    async play() {
      const step = steps[Math.min(played, steps.length - 1)] as Step<Value>;
      played += 1;
      if (step instanceof Error) throw step;
      return step;
    },
    played: () => played,
  };
}

/** What a scripted call does: answers the value, or throws it when it is an error. */
export type Step<Value> = Value | Error;

/** Plays steps one after another, the last one for ever. */
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

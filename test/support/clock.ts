/** A clock that moves only when a test moves it. */
export function aClock(startMillis = 1_700_000_000_000): {
  readonly now: () => number;
  readonly advance: (millis: number) => void;
} {
  let millis = startMillis;
  return {
    now: () => millis,
    advance: (by) => {
      millis += by;
    },
  };
}

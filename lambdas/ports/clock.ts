/** The present, in Unix milliseconds. */
export type Now = () => number;

/** A number in [0, 1), for jitter. */
export type Random = () => number;

/** Settles after so many milliseconds. */
export type Sleep = (millis: number) => Promise<void>;

/**
 * What a call of a dead process waits for: nothing, as long as the run lasts. Then it is turned
 * away, so that the real timers of the libraries around it are cleared.
 */
export class WorldEnd {
  isOver = false;
  readonly never: Promise<never>;
  readonly #reject: (error: Error) => void;

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.never = promise;
    this.#reject = reject;
  }

  come(): void {
    this.isOver = true;
    this.#reject(new Error("the run is over"));
  }
}

/**
 * A call of a dead process waits on this until the run ends. Then the promise rejects, so that the
 * libraries around the call clear their real timers.
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

/** The work took longer than its time limit. */
export class TimedOut extends Error {
  override readonly name = "TimeoutError";
}

/** Settles as the work does. After the time limit it rejects with {@link TimedOut}, and aborts the signal. */
export async function within<Result>(
  millis: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController();
  const late = Promise.withResolvers<never>();
  const expire = () => {
    const error = new TimedOut(`no answer within ${String(millis)} ms`);
    late.reject(error);
    stopping.abort(error);
  };
  // A slow process may come here after its deadline. Node logs an error for a negative time.
  const timer = setTimeout(expire, Math.max(0, millis));
  try {
    return await Promise.race([work(stopping.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** After this time a sandbox is ready, even when its preparation has not ended. */
const preparationMillis = 1500;

/**
 * Starts work that the first event would otherwise wait for. At its start a sandbox has a whole processor
 * instead of a share. Work that fails here runs again when an event needs it.
 */
export async function prepare(...work: readonly Promise<unknown>[]): Promise<void> {
  await within(preparationMillis, () => Promise.allSettled(work)).catch(() => undefined);
}

/** Settles as the work does. Rejects with a `TimeoutError` when the work takes longer. */
export async function within<Result>(millis: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${String(millis)} ms`);
    late.reject(Object.assign(error, { name: "TimeoutError" }));
  }, millis);
  try {
    return await Promise.race([work, late.promise]);
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
  await within(preparationMillis, Promise.allSettled(work)).catch(() => undefined);
}

/** Settles as the work does, or rejects with a `TimeoutError` when that takes longer. */
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

/** A sandbox is ready after this, prepared or not. */
const preparationMillis = 1500;

/**
 * What the first event would wait for is done while the sandbox starts, with a whole processor
 * instead of a share. What fails here is done again when it is needed.
 */
export async function prepare(...work: readonly Promise<unknown>[]): Promise<void> {
  await within(preparationMillis, Promise.allSettled(work)).catch(() => undefined);
}

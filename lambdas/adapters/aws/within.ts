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

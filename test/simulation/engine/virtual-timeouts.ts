import type { VirtualClock } from "./virtual-clock.ts";

/**
 * Lets `AbortSignal.timeout` count virtual time while `work` runs: that is how the adapters bound
 * their calls. One simulation at a time in a process.
 */
export async function withVirtualTimeouts<Result>(
  clock: VirtualClock,
  work: () => Promise<Result>,
): Promise<Result> {
  const real = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (millis: number) => {
    const controller = new AbortController();
    clock.after(millis, () => controller.abort(timeoutError()));
    return controller.signal;
  };
  const realSetTimeout = globalThis.setTimeout;
  // The Bot API client sets timers of its own, which would keep the process for nothing.
  globalThis.setTimeout = ((...args: Parameters<typeof realSetTimeout>) => {
    const timer = realSetTimeout(...args);
    timer.unref();
    return timer;
  }) as typeof realSetTimeout;
  try {
    return await work();
  } finally {
    AbortSignal.timeout = real;
    globalThis.setTimeout = realSetTimeout;
  }
}

/** What a call rejects with when its time is over. */
export function timeoutError(): Error {
  return Object.assign(new Error("no answer in time"), { name: "TimeoutError" });
}

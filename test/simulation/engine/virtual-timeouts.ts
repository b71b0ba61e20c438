import type { VirtualClock } from "./virtual-clock.ts";

/**
 * Makes `AbortSignal.timeout` count virtual time while `work` runs. The adapters use it to limit
 * their calls. Only one simulation at a time can run in a process.
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
  // The Bot API client sets its own timers. They would keep the process alive without a reason.
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

/** The error of a call that timed out. */
export function timeoutError(): Error {
  return Object.assign(new Error("no answer in time"), { name: "TimeoutError" });
}

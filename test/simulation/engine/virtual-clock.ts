import { setImmediate } from "node:timers";

type Timer = { readonly atMillis: number; readonly order: number; readonly action: () => void };

/**
 * Virtual time. It advances only when nothing is left to do at the current time. Timers for the
 * same time run in the order in which they were set, so a run depends only on its seed.
 */
export class VirtualClock {
  #nowMillis: number;
  #order = 0;
  /** A binary heap with the earliest timer first. */
  readonly #timers: Timer[] = [];

  constructor(startMillis: number) {
    this.#nowMillis = startMillis;
  }

  readonly now = (): number => this.#nowMillis;

  /** Runs an action after this many milliseconds. It cannot be cancelled. */
  after(millis: number, action: () => void): void {
    const atMillis = this.#nowMillis + Math.max(0, Math.round(millis));
    this.#push({ atMillis, order: (this.#order += 1), action });
  }

  sleep(millis: number): Promise<void> {
    return new Promise((resolve) => this.after(millis, resolve));
  }

  /**
   * Advances the clock until the condition holds (returns true) or this time is reached (returns
   * false).
   */
  async runUntil(isDone: () => boolean, untilMillis: number): Promise<boolean> {
    await settled();
    while (!isDone()) {
      const next = this.#timers[0];
      if (next === undefined || next.atMillis > untilMillis) {
        this.#nowMillis = Math.max(this.#nowMillis, untilMillis);
        return false;
      }
      this.#pop();
      this.#nowMillis = next.atMillis;
      next.action();
      await settled();
    }
    return true;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(timer, heap[parent])) break;
      heap[index] = heap[parent] as Timer;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const child = isEarlier(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isEarlier(heap[child], last)) break;
      heap[index] = heap[child] as Timer;
      index = child;
    }
    heap[index] = last;
  }
}

function isEarlier(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.atMillis < b.atMillis || (a.atMillis === b.atMillis && a.order < b.order);
}

/**
 * Resolves when all work at the current time is done. The event loop runs `setImmediate` only when
 * no promise reaction is left, however long the chain.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

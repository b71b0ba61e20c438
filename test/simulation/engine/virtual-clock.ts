import { setImmediate } from "node:timers";

type Timer = { readonly atMillis: number; readonly order: number; readonly action: () => void };

/**
 * Time that moves only when nothing is left to do at the present moment. Timers of one moment run
 * in the order in which they were set, so a run is a function of its seed.
 */
export class VirtualClock {
  #nowMillis: number;
  #order = 0;
  /** A binary heap, the earliest timer first. */
  readonly #timers: Timer[] = [];

  constructor(startMillis: number) {
    this.#nowMillis = startMillis;
  }

  readonly now = (): number => this.#nowMillis;

  /** Runs an action after so many milliseconds; there is no taking back. */
  after(millis: number, action: () => void): void {
    const atMillis = this.#nowMillis + Math.max(0, Math.round(millis));
    this.#push({ atMillis, order: (this.#order += 1), action });
  }

  sleep(millis: number): Promise<void> {
    return new Promise((resolve) => this.after(millis, resolve));
  }

  /** Moves on until the condition holds (true) or that time is reached (false). */
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
 * Everything that can happen at this moment has happened: the event loop comes to `setImmediate`
 * only when no promise reaction is left, however long their chain.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

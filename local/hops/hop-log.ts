import { setTimeout as sleep } from "node:timers/promises";
import type { FactHop, Hop } from "./hop.ts";

const timeoutMillis = 20_000;

/** Collects the hops of a run, so that a demo reports what really happened. */
export class HopLog {
  readonly #hops: Hop[] = [];

  readonly add = (hop: Hop): void => void this.#hops.push(hop);

  get length(): number {
    return this.#hops.length;
  }

  since(from: number): readonly Hop[] {
    return this.#hops.slice(from);
  }

  /** The first fact of that name since `from`, and of that event if `eventId` is given. */
  next(name: string, from: number, eventId?: string): Promise<Hop & FactHop> {
    return awaited(`"${name}" in the log`, () =>
      this.#hops
        .slice(from)
        .filter((hop) => hop.kind === "fact")
        .find((hop) => hop.fact === name && (eventId ?? hop.eventId) === hop.eventId),
    );
  }
}

/** Waits until there is a value. Throws when it does not come in time. */
export async function awaited<Value>(what: string, find: () => Value | undefined): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${timeoutMillis / 1000} s`);
    await sleep(20);
  }
}

import type { Faults, Place } from "../world/faults.ts";
import type { AttemptFacts, History } from "../world/history.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { WorldEnd } from "./world-end.ts";

/** Shared by all sandboxes. */
export type SandboxWorld = {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly history: History;
  readonly end: WorldEnd;
};

/** A step rejects with this error when the place refused the request, or the answer was lost. */
class PlaceUnavailable extends Error {
  override readonly name = "ServiceUnavailable";
}

/**
 * One process of a function. All its outside calls go through {@link step}. A step can be slow, be
 * refused, lose its answer, or kill the process.
 */
export class Sandbox {
  readonly name: string;
  isAlive = true;
  /** The request id of the current invocation. */
  owner = "";
  attempt: AttemptFacts | undefined;
  readonly #world: SandboxWorld;
  readonly #skewMillis: number;
  readonly #onDeath: ((how: string) => void)[] = [];

  constructor(name: string, world: SandboxWorld) {
    this.name = name;
    this.#world = world;
    this.#skewMillis = world.faults.clockSkewMillis();
  }

  /** This machine's clock. It is slightly wrong. */
  readonly now = (): number => this.#world.clock.now() + this.#skewMillis;

  /** Starts an invocation. */
  begin(owner: string): void {
    this.owner = owner;
    this.attempt = undefined;
    this.#onDeath.length = 0;
  }

  /** The process ends. Promises that it waits for never settle. */
  die(how: string): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#world.history.record(this.name, { kind: "died", owner: this.owner, how });
    for (const report of this.#onDeath.splice(0)) report(how);
  }

  onDeath(report: (how: string) => void): void {
    this.#onDeath.push(report);
  }

  /**
   * Sends a request to a place, runs the effect there, and returns the answer. If the process dies
   * while the request is on its way, the seed decides whether the request still arrives.
   */
  async step<Result>(
    place: Place,
    name: string,
    effect: () => Result | Promise<Result>,
    signal?: AbortSignal | null,
  ): Promise<Result> {
    const { never } = this.#world.end;
    try {
      const result = await this.#goThere(place, name, effect, signal);
      return this.isAlive ? result : await never;
    } catch (error) {
      // The process is dead, so nothing receives the error.
      if (!this.isAlive) return never;
      throw error;
    }
  }

  async #goThere<Result>(
    place: Place,
    name: string,
    effect: () => Result | Promise<Result>,
    signal?: AbortSignal | null,
  ): Promise<Result> {
    const { faults, history, end } = this.#world;
    if (!this.isAlive || end.isOver) return end.never;
    const { owner } = this;
    const fate = faults.fateOf(place);
    if (fate.crash === "before") return this.#crash(`before ${name}`);
    if (fate.crash === "hang") return end.never;
    const unavailable = () => {
      history.record(this.name, { kind: "refused", owner, step: name });
      return new PlaceUnavailable(name);
    };
    await this.#travel(fate.thereMillis, signal);
    if (!this.isAlive && !faults.arrivesAfterDeath()) return end.never;
    if (fate.trouble === "refused") throw unavailable();
    const result = await effect();
    if (fate.crash === "after") return this.#crash(`after ${name}`);
    await this.#travel(fate.backMillis, signal);
    if (fate.trouble === "lost") throw unavailable();
    return result;
  }

  #crash(where: string): Promise<never> {
    this.die(`crash ${where}`);
    return this.#world.end.never;
  }

  #travel(millis: number, signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const give = () => reject(signal?.reason);
      if (signal?.aborted === true) return give();
      signal?.addEventListener("abort", give, { once: true });
      this.#world.clock.after(millis, () => {
        signal?.removeEventListener("abort", give);
        resolve();
      });
    });
  }
}

/** A port whose every method is a step of the sandbox to that place. */
export function through<Port extends object>(
  sandbox: Sandbox,
  place: Place,
  name: string,
  port: Port,
): Port {
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        sandbox.step(place, `${name}.${String(method)}`, () => member.apply(target, args));
    },
  });
}

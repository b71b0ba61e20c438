import type { Context } from "aws-lambda";
import { Sandbox } from "./sandbox.ts";
import type { SandboxWorld } from "./sandbox.ts";

/** A function's code in one sandbox, as its composition made it. */
export type Code<Event, Answer> = (event: Event, context: Context) => Promise<Answer>;

/** The result of an invocation. */
export type Outcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly how: string };

type Warm<Event, Answer> = { readonly sandbox: Sandbox; readonly code: Code<Event, Answer> };

/**
 * A function with its sandboxes. Each sandbox handles one event at a time. The function reuses warm
 * sandboxes and starts a new one when none is free. An invocation that exceeds the timeout is
 * killed together with its sandbox.
 */
export class LambdaFunction<Event, Answer> {
  readonly #world: SandboxWorld;
  readonly #name: string;
  readonly #timeoutMillis: number;
  readonly #compose: (sandbox: Sandbox) => Code<Event, Answer>;
  readonly #prepare: (sandbox: Sandbox, event: Event) => void;
  #idle: Warm<Event, Answer>[] = [];
  #retired = new Set<Sandbox>();
  #alive = new Set<Sandbox>();
  #sandboxes = 0;
  #invocations = 0;

  constructor(options: {
    world: SandboxWorld;
    name: string;
    timeoutSeconds: number;
    compose: (sandbox: Sandbox) => Code<Event, Answer>;
    /** Gives the recorder the event that the sandbox is working on. */
    prepare?: (sandbox: Sandbox, event: Event) => void;
  }) {
    this.#world = options.world;
    this.#name = options.name;
    this.#timeoutMillis = options.timeoutSeconds * 1000;
    this.#compose = options.compose;
    this.#prepare = options.prepare ?? (() => undefined);
  }

  /** A deployment: invocations that are running finish, and the next event gets a new sandbox. */
  deploy(): void {
    this.#idle = [];
    this.#retired = new Set(this.#alive);
  }

  async invoke(event: Event): Promise<Outcome<Answer>> {
    const warm = this.#warm() ?? (await this.#start());
    const { sandbox, code } = warm;
    const { clock } = this.#world;
    sandbox.begin(`${this.#name}-call-${(this.#invocations += 1)}`);
    this.#prepare(sandbox, event);
    const { owner } = sandbox;
    const untilMillis = clock.now() + this.#timeoutMillis;
    const context = {
      awsRequestId: owner,
      getRemainingTimeInMillis: () => untilMillis - clock.now(),
    } as Context;
    const outcome = await new Promise<Outcome<Answer>>((resolve) => {
      sandbox.onDeath((how) => resolve({ kind: "failed", how }));
      clock.after(this.#timeoutMillis, () => {
        if (sandbox.owner === owner) sandbox.die("timeout");
      });
      code(event, context).then(
        (answer) => resolve({ kind: "answered", answer }),
        (error: unknown) => resolve({ kind: "failed", how: String(error) }),
      );
    });
    sandbox.owner = "";
    if (!sandbox.isAlive) this.#alive.delete(sandbox);
    else if (!this.#retired.has(sandbox)) this.#idle.push(warm);
    return outcome;
  }

  /**
   * An idle sandbox. Background work of an earlier event may have ended its process in the
   * meantime.
   */
  #warm(): Warm<Event, Answer> | undefined {
    this.#idle = this.#idle.filter(({ sandbox }) => sandbox.isAlive);
    return this.#idle.pop();
  }

  async #start(): Promise<Warm<Event, Answer>> {
    const sandbox = new Sandbox(`${this.#name}-${(this.#sandboxes += 1)}`, this.#world);
    this.#alive.add(sandbox);
    await this.#world.clock.sleep(this.#world.faults.coldStartMillis());
    return { sandbox, code: this.#compose(sandbox) };
  }
}

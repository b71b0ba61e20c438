import { randomUUID } from "node:crypto";
import type { FunctionDefinition } from "./function-definition.ts";
import { failure, Sandbox } from "./sandbox.ts";
import type { Outcome } from "./sandbox.ts";

/** A laptop has no fleet: further invocations wait for a sandbox, and the host does not throttle them. */
const maxSandboxes = 10;
/** The request limit of a synchronous invocation on Lambda. */
const maxRequestBytes = 6 * 1024 * 1024;

/**
 * A function and its pool of sandboxes. It uses idle sandboxes again and starts others on demand. Not
 * AWS: no throttling, reserved concurrency, versions or retries of asynchronous invocations.
 */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #log: (line: string) => void;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #idle: Sandbox[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #starting = new Set<Promise<Sandbox>>();
  #running = 0;
  #isClosed = false;

  constructor(definition: FunctionDefinition, log: (line: string) => void) {
    this.definition = definition;
    this.#log = log;
  }

  /** Starts one sandbox before the first invocation. Throws the reason when the function cannot start. */
  async warm(): Promise<void> {
    const started = await this.#start();
    if (started instanceof Sandbox) this.#idle.push(started);
    else if (started.kind === "failure") {
      throw new Error(
        `The function ${this.definition.stem} cannot start: ${started.errorType}: ${started.errorMessage}`,
      );
    }
  }

  /** Runs the handler with this event. Never throws: any error becomes a failure of the function. */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<Outcome> {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > maxRequestBytes) {
      return failure("RequestEntityTooLarge", `An event may be at most ${maxRequestBytes} bytes.`);
    }
    await this.#enter();
    try {
      const outcome = await this.#run(payload, requestId);
      if (outcome.kind === "failure" && !this.#isClosed) {
        this.#log(`${this.definition.stem}: invocation failed with ${outcome.errorType}`);
      }
      return outcome;
    } finally {
      this.#leave();
    }
  }

  /** Process ids of all sandboxes, including idle ones. */
  processes(): readonly number[] {
    return [...this.#sandboxes].flatMap(({ pid }) => pid ?? []);
  }

  /** Kills every process and waits until all have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#starting);
    for (const sandbox of this.#sandboxes) sandbox.kill();
    await Promise.all([...this.#sandboxes].map(({ ended }) => ended));
  }

  async #run(payload: string, requestId: string): Promise<Outcome> {
    for (;;) {
      const sandbox = this.#idle.pop() ?? (await this.#start());
      if (!(sandbox instanceof Sandbox)) return sandbox;
      const outcome = await sandbox.invoke(payload, requestId);
      if (outcome.kind === "undelivered") {
        this.#log(
          `${this.definition.stem}: an idle process had ended; another one takes the event`,
        );
        continue;
      }
      if (sandbox.pid !== undefined) this.#idle.push(sandbox);
      return outcome;
    }
  }

  async #start(): Promise<Sandbox | Outcome> {
    if (this.#isClosed) return failure("Runtime.ExitError", "The host is closing.");
    const starting = Sandbox.start(this.definition, this.#log);
    this.#starting.add(starting);
    const sandbox = await starting;
    this.#starting.delete(starting);
    this.#sandboxes.add(sandbox);
    void sandbox.ended.then(() => this.#forget(sandbox));
    const initialized = await sandbox.initialized;
    if (initialized.kind === "success") return sandbox;
    sandbox.kill();
    if (!this.#isClosed) {
      const { errorType, errorMessage } = initialized;
      this.#log(`${this.definition.stem}: init failed with ${errorType}: ${errorMessage}`);
    }
    return initialized;
  }

  #forget(sandbox: Sandbox): void {
    this.#sandboxes.delete(sandbox);
    const index = this.#idle.indexOf(sandbox);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  async #enter(): Promise<void> {
    if (this.#running >= maxSandboxes) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as z from "zod";
import { parseJson } from "../../http.ts";
import { nodeFlags, processEnvironment } from "./function-definition.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { openRuntimeApi } from "./runtime-api.ts";

/** The end of an invocation. A failure carries AWS's name for it, such as `Runtime.ExitError`. */
export type Outcome =
  | { readonly kind: "success"; readonly payload: string }
  | { readonly kind: "failure"; readonly errorType: string; readonly errorMessage: string };

const runtimeError = z.object({
  errorType: z._default(z.string(), "Unknown"),
  errorMessage: z._default(z.string(), ""),
});

/** A function error as Lambda names it. */
export function failure(errorType: string, errorMessage: string): Outcome {
  return { kind: "failure", errorType, errorMessage };
}

/** Reads the error that a runtime posted. A body in an undocumented shape is still a failure. */
function decodeRuntimeError(body: string): Outcome {
  const parsed = runtimeError.safeParse(parseJson(body));
  if (!parsed.success) return failure("Unknown", "");
  return failure(parsed.data.errorType, parsed.data.errorMessage);
}

const runtimeInterfaceClient = createRequire(import.meta.url).resolve("aws-lambda-ric");
const nativeClient = new URL("runtime-client.js", import.meta.url);
const initLimitMillis = 10_000;
/** The response limit of a synchronous invocation on Lambda. */
const maxResponseBytes = 6 * 1024 * 1024;

type RuntimeApi = Awaited<ReturnType<typeof openRuntimeApi>>;
type Undelivered = { readonly kind: "undelivered" };
type Current = { readonly requestId: string; settle(outcome: Outcome | Undelivered): void };

/**
 * One operating-system process that runs a function through AWS's runtime interface client, one invocation at
 * a time. Not AWS: no freeze between invocations, no CPU share, and the memory limit is V8's heap limit.
 */
export class Sandbox {
  readonly #definition: FunctionDefinition;
  readonly #child: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #ended = Promise.withResolvers<void>();
  readonly #initialized = Promise.withResolvers<Outcome>();
  /** The end of the start: success once the process asks for work, else the init error. */
  readonly initialized = this.#initialized.promise;
  /** Settles when the process has ended and all its output has been read. */
  readonly ended = this.#ended.promise;
  #current: Current | undefined;
  #deliveries = 0;
  #receipts = 0;
  #isAlive = true;

  private constructor(definition: FunctionDefinition, child: ChildProcess, api: RuntimeApi) {
    this.#definition = definition;
    this.#child = child;
    this.#api = api;
  }

  /** Starts the process. `initialized` reports the end of its start. */
  static async start(definition: FunctionDefinition, log: (line: string) => void) {
    const api = await openRuntimeApi({
      onNext: () => sandbox.#initialized.resolve({ kind: "success", payload: "" }),
      onInitError: (body) => sandbox.#initialized.resolve(decodeRuntimeError(body)),
      onResponse: (id, body) => sandbox.#onResponse(id, body),
      onError: (id, body) => sandbox.#finish(id, decodeRuntimeError(body)),
    });
    const child = spawn(
      process.execPath,
      [
        `--title=${definition.stem}`,
        ...nodeFlags(definition.memoryMegabytes),
        "--import",
        nativeClient.href,
        runtimeInterfaceClient,
      ],
      {
        cwd: definition.taskRoot,
        env: processEnvironment(definition, api.address, randomUUID()),
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      },
    );
    const sandbox: Sandbox = new Sandbox(definition, child, api);
    sandbox.#watch(log);
    return sandbox;
  }

  get pid(): number | undefined {
    return this.#isAlive ? this.#child.pid : undefined;
  }

  /**
   * Runs one invocation. `undelivered` means that the process was dead before the handler saw the event. Then
   * another sandbox may safely take the event.
   */
  async invoke(payload: string, requestId: string): Promise<Outcome | Undelivered> {
    if (!this.#isAlive) return { kind: "undelivered" };
    const { timeoutSeconds, arn } = this.#definition;
    const settled = Promise.withResolvers<Outcome | Undelivered>();
    this.#deliveries += 1;
    this.#current = { requestId, settle: settled.resolve };
    const timer = setTimeout(() => {
      const sentence = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      this.#finish(requestId, failure("Sandbox.Timedout", sentence));
      this.kill();
    }, timeoutSeconds * 1000);
    const deadlineMillis = Date.now() + timeoutSeconds * 1000;
    this.#api.deliver({ requestId, functionArn: arn, payload, deadlineMillis });
    try {
      return await settled.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process at once. Its unfinished work is lost, as on AWS. */
  kill(): void {
    this.#isAlive = false;
    this.#child.kill("SIGKILL");
  }

  #watch(log: (line: string) => void): void {
    const { stem } = this.#definition;
    const [, stdout, stderr, receipts] = this.#child.stdio;
    for (const stream of [stdout, stderr]) {
      createInterface({ input: stream as Readable }).on("line", (line) => log(`${stem}: ${line}`));
    }
    (receipts as Readable).on("data", (bytes: Buffer) => (this.#receipts += bytes.length));
    const initTimer = setTimeout(() => {
      this.#initialized.resolve(failure("Sandbox.Timedout", "Init timed out after 10.00 seconds"));
      this.kill();
    }, initLimitMillis);
    void this.#initialized.promise.then(() => clearTimeout(initTimer));
    this.#child.on("error", (error) => {
      this.#end(failure("Runtime.ExitError", `The process did not start: ${error.message}`));
    });
    // The process is dead at its exit, but its last output stays in the pipes until `close`.
    this.#child.on("exit", () => (this.#isAlive = false));
    this.#child.on("close", (code, signal) => {
      const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
      this.#end(failure("Runtime.ExitError", `Runtime exited with error: ${how}`));
    });
  }

  #onResponse(requestId: string, body: string): void {
    const size = Buffer.byteLength(body);
    if (size <= maxResponseBytes)
      return this.#finish(requestId, { kind: "success", payload: body });
    const sentence = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
    this.#finish(requestId, failure("Function.ResponseSizeTooLarge", sentence));
  }

  #finish(requestId: string, outcome: Outcome | Undelivered): void {
    if (this.#current?.requestId !== requestId) return;
    const current = this.#current;
    this.#current = undefined;
    current.settle(outcome);
  }

  #end(outcome: Outcome): void {
    this.#isAlive = false;
    void this.#api.close();
    this.#initialized.resolve(outcome);
    const current = this.#current;
    if (current !== undefined) {
      const isReceived = this.#receipts >= this.#deliveries;
      this.#finish(current.requestId, isReceived ? outcome : { kind: "undelivered" });
    }
    this.#ended.resolve();
  }
}

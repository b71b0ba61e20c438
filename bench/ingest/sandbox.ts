import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { shippedAssembly } from "../world/assembly.ts";
import { nodeFlags } from "../world/node-flags.ts";

const client = new URL("runtime-client.js", import.meta.url).pathname;
/** The start options of a sandbox. */
export type SandboxOptions = {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The processor core of the process. Any core if taskset is missing. */
  readonly core?: number | undefined;
};

/** A function's process, as Lambda would start it, with the times that the bench measures. */
export class BenchSandbox {
  readonly #server: Server;
  readonly #startedAtMillis: number;
  readonly #child: ChildProcess;
  readonly #failed = Promise.withResolvers<never>();
  readonly #gone = Promise.withResolvers<void>();
  #waiting = Promise.withResolvers<ServerResponse>();
  #answered = Promise.withResolvers<{ body: string; atMillis: number }>();
  #readyAtMillis = 0;
  #stderr = "";

  private constructor(
    server: Server,
    { bundle, environment, core }: SandboxOptions,
    flags: readonly string[],
  ) {
    this.#server = server;
    server.on("request", (request, response) => void this.#take(request, response));
    const { port } = server.address() as AddressInfo;
    const env = {
      ...environment,
      PATH: process.env["PATH"] ?? "",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${String(port)}`,
      BENCH_BUNDLE: pathToFileURL(bundle).href,
    };
    const [command, ...before] =
      core === undefined
        ? [process.execPath]
        : ["taskset", "--cpu-list", String(core), process.execPath];
    this.#failed.promise.catch(() => undefined);
    this.#startedAtMillis = performance.now();
    this.#child = spawn(command ?? "", [...before, ...flags, client], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (part: string) => (this.#stderr += part));
    this.#child.on("error", (error) => {
      this.#failed.reject(error);
      this.#gone.resolve();
    });
    this.#child.on("close", () => {
      this.#failed.reject(new Error(`The process ended. ${this.#stderr}`));
      this.#gone.resolve();
    });
  }

  static async start(options: SandboxOptions): Promise<BenchSandbox> {
    const server = createServer();
    server.keepAliveTimeout = 0;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // The timeout of both webhooks, for every variant.
    const megabytes = (await shippedAssembly()).megabytes("AmocrmWebhook");
    return new BenchSandbox(server, options, nodeFlags(megabytes));
  }

  /** The time from the process's start to its request for work. */
  async initMillis(): Promise<number> {
    await this.#next();
    return this.#readyAtMillis - this.#startedAtMillis;
  }

  /** The time from passing the event to the answer. Fails unless the function answers 200. */
  async invoke(event: string): Promise<number> {
    const response = await this.#next();
    this.#waiting = Promise.withResolvers();
    this.#answered = Promise.withResolvers();
    response.setHeader("lambda-runtime-aws-request-id", "bench");
    response.setHeader("content-length", Buffer.byteLength(event));
    const startMillis = performance.now();
    response.end(event);
    const { body, atMillis } = await Promise.race([this.#answered.promise, this.#failed.promise]);
    const { statusCode } = JSON.parse(body) as { statusCode: number };
    if (statusCode !== 200) throw new Error(`The function answered ${body}. ${this.#stderr}`);
    return atMillis - startMillis;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The highest memory use so far. Undefined without /proc. */
  peakMegabytes(): number | undefined {
    try {
      const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
    } catch {
      return undefined;
    }
  }

  /** The processor time of all threads so far. Undefined without /proc. */
  cpuMillis(): number | undefined {
    const tasks = `/proc/${String(this.#child.pid)}/task`;
    try {
      const spent = readdirSync(tasks).map((task) =>
        Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
      );
      return spent.reduce((sum, nanos) => sum + nanos, 0) / 1e6;
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone.promise;
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #next(): Promise<ServerResponse> {
    return Promise.race([this.#waiting.promise, this.#failed.promise]);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMillis = performance.now();
    if (request.method === "GET") {
      if (this.#readyAtMillis === 0) this.#readyAtMillis = atMillis;
      this.#waiting.resolve(response);
      return;
    }
    const body = await text(request);
    response.setHeader("content-length", 2);
    response.end("{}");
    this.#answered.resolve({ body, atMillis });
  }
}

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { nodeFlags } from "../../local/host/lambda/function-definition.ts";

const client = new URL("runtime-client.js", import.meta.url).pathname;

/** The process of a function, as Lambda would start it. */
export type SandboxOptions = {
  readonly bundle: string;
  readonly megabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The processor core of the process. Any core without it. */
  readonly core?: number | undefined;
};

/**
 * A function in a process of its own, one event at a time, with the measured times. The laptop's sandbox
 * starts AWS's runtime client, which loads more than a webhook does and would hide its cold start.
 */
export class Sandbox {
  readonly #server: Server;
  readonly #startedAtMillis = performance.now();
  readonly #child: ChildProcess;
  readonly #failed = Promise.withResolvers<never>();
  readonly #ended: Promise<unknown>;
  #waiting = Promise.withResolvers<ServerResponse>();
  #answered = Promise.withResolvers<{ body: string; atMillis: number }>();
  #readyAtMillis = 0;
  #group: string | undefined;
  #stderr = "";

  private constructor(server: Server, options: SandboxOptions) {
    const { bundle, environment, megabytes, core } = options;
    this.#server = server;
    server.on("request", (request, response) => void this.#take(request, response));
    const env = {
      ...environment,
      PATH: process.env["PATH"] ?? "",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      BENCH_BUNDLE: pathToFileURL(bundle).href,
    };
    const pinned = core === undefined ? [] : ["taskset", "--cpu-list", String(core)];
    const node = [process.execPath, ...nodeFlags(megabytes), client];
    const [command = "", ...args] = [...pinned, ...node];
    this.#child = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (part: string) => (this.#stderr += part));
    this.#ended = once(this.#child, "close");
    this.#failed.promise.catch(() => undefined);
    this.#ended.then(
      () => this.#failed.reject(new Error(`The process ended. ${this.#stderr}`)),
      (error: unknown) => this.#failed.reject(error),
    );
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const server = createServer();
    server.keepAliveTimeout = 0;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Sandbox(server, options);
  }

  /** From the start of the process until it asks for work. */
  async initMillis(): Promise<number> {
    await this.#next();
    return this.#readyAtMillis - this.#startedAtMillis;
  }

  /** The function's answer, and the time from the event until then. */
  async invoke(event: object): Promise<{ readonly answer: unknown; readonly millis: number }> {
    const response = await this.#next();
    this.#waiting = Promise.withResolvers();
    this.#answered = Promise.withResolvers();
    const payload = JSON.stringify(event);
    response.setHeader("lambda-runtime-aws-request-id", "bench");
    response.setHeader("content-length", Buffer.byteLength(payload));
    const startMillis = performance.now();
    response.end(payload);
    const { body, atMillis } = await Promise.race([this.#answered.promise, this.#failed.promise]);
    return { answer: JSON.parse(body), millis: atMillis - startMillis };
  }

  /** The time of a webhook. Fails unless it answers 200. */
  async webhookMillis(event: object): Promise<number> {
    const { answer, millis } = await this.invoke(event);
    const { statusCode } = answer as { statusCode: number };
    if (statusCode === 200) return millis;
    throw new Error(`The function answered ${statusCode}. ${this.#stderr}`);
  }

  /** The memory now, and the peak so far. */
  megabytes(): { readonly now: number; readonly peak: number } {
    return { now: memoryOf(this.#child.pid, "VmRSS"), peak: memoryOf(this.#child.pid, "VmHWM") };
  }

  /** Processor time of all its threads so far. NaN without /proc. */
  cpuMillis(): number {
    const tasks = `/proc/${String(this.#child.pid)}/task`;
    try {
      const spent = readdirSync(tasks).map((task) =>
        Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
      );
      return spent.reduce((sum, nanos) => sum + nanos, 0) / 1e6;
    } catch {
      return Number.NaN;
    }
  }

  /**
   * Leaves it the share of a processor that Lambda gives for that memory, by a Linux control group that
   * exists as long as the process. False where this machine does not allow a control group.
   */
  holdToShare(megabytes: number): boolean {
    const isFirstVersion = existsSync("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    const root = isFirstVersion ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup";
    const group = join(root, `bridge-bench-${String(this.#child.pid)}`);
    const quotaMicros = Math.floor((periodMicros * megabytes) / wholeProcessorMegabytes);
    const limits = isFirstVersion
      ? { "cpu.cfs_period_us": periodMicros, "cpu.cfs_quota_us": quotaMicros }
      : { "cpu.max": `${quotaMicros} ${periodMicros}` };
    try {
      mkdirSync(group);
      this.#group = group;
      for (const [name, value] of Object.entries({ ...limits, "cgroup.procs": this.#child.pid })) {
        writeFileSync(join(group, name), String(value));
      }
    } catch {
      return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended.catch(() => undefined);
    if (this.#group !== undefined) rmdirSync(this.#group);
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

/** Megabytes with which Lambda gives a function one whole processor, and the period of a share. */
const wholeProcessorMegabytes = 1769;
const periodMicros = 20_000;

/** One line of a process's memory, in MB. NaN without /proc. */
export function memoryOf(pid: number | undefined, line: "VmRSS" | "VmHWM"): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
    return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1000;
  } catch {
    return Number.NaN;
  }
}

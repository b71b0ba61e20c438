import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../world/node-flags.ts";
import type { Answer, Invocation } from "./sandbox-process.ts";

/**
 * A function in a separate process, one event at a time, as Lambda runs it. Lambda's own time
 * around an invocation is missing. The shipped bundle and its AWS clients are real.
 */
export class Sandbox {
  readonly #child: ChildProcess;
  #invocations = 0;
  #latest: Answer | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(
    bundle: string,
    { variables, megabytes }: { variables: Record<string, string>; megabytes: number },
  ): Promise<Sandbox> {
    const file = fileURLToPath(new URL("sandbox-process.ts", import.meta.url));
    const env = { PATH: process.env["PATH"], ...variables };
    const child = fork(file, [bundle], { env, execArgv: nodeFlags(megabytes) });
    await messageOf(child);
    return new Sandbox(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Processor time so far. */
  get cpuMillis(): number {
    return this.#latest?.cpuMillis ?? 0;
  }

  get rssBytes(): number {
    return this.#latest?.rssBytes ?? 0;
  }

  /** Whether the event was delivered. */
  async invoke(event: object): Promise<boolean> {
    this.#invocations += 1;
    const invocation: Invocation = { id: this.#invocations, event };
    const answered = messageOf(this.#child);
    this.#child.send(invocation);
    this.#latest = (await answered) as Answer;
    return !this.#latest.failed;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill();
    await exited;
  }
}

/** The next message from a process. Fails if the process ends instead. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`The sandbox ended with status ${String(code)}.`);
  });
  try {
    const [message] = (await Promise.race([once(child, "message", { signal }), ended])) as [
      unknown,
    ];
    return message;
  } finally {
    ended.catch(() => undefined);
    done.abort();
  }
}

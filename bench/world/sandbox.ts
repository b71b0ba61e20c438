import { fork } from "node:child_process";
import type { ForkOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { nodeFlags } from "../../local/host/lambda/function-definition.ts";

const client = new URL("runtime-client.js", import.meta.url);

/** A Node process of its own that sends values. Fails with the text of its errors when it ends. */
export function startProcess(script: URL, argument: string, options: ForkOptions) {
  const child = fork(script, [argument], {
    ...options,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (errors += part));
  const closed = once(child, "close");
  const ended = closed.then(() => Promise.reject(new Error(`The process ended. ${errors}`)));
  ended.catch(() => undefined);
  return {
    child,
    /** The next value that the process sends. */
    next: async (): Promise<unknown> => {
      const [value] = (await Promise.race([once(child, "message"), ended])) as [unknown];
      return value;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/**
 * Starts a function in a process that takes one event at a time, with the measured times. The laptop's
 * sandbox starts AWS's runtime client, which loads more than a webhook does and would hide its cold start.
 */
export async function startSandbox({
  bundle,
  megabytes,
  environment,
}: {
  readonly bundle: string;
  readonly megabytes: number;
  readonly environment: Readonly<Record<string, string>>;
}) {
  const startMillis = performance.now();
  const { child, next, ...started } = startProcess(client, pathToFileURL(bundle).href, {
    env: { ...environment, PATH: process.env["PATH"] },
    execArgv: nodeFlags(megabytes),
  });
  /** The function's answer, and the time from the event until then. */
  const invoke = async (event: object) => {
    const sentMillis = performance.now();
    child.send(event);
    const answer = await next();
    return { answer, millis: performance.now() - sentMillis };
  };
  await next();
  return {
    ...started,
    /** From the start of the process until it can take work. */
    initMillis: performance.now() - startMillis,
    invoke,
    /** The time of a webhook. Fails unless it answers 200. */
    async webhookMillis(event: object): Promise<number> {
      const { answer, millis } = await invoke(event);
      const { statusCode } = answer as { statusCode: number };
      if (statusCode === 200) return millis;
      throw new Error(`The function answered ${statusCode}.`);
    },
    peakMegabytes: () => peakMegabytesOf(child.pid),
  };
}

/** The peak memory of a process so far. NaN without /proc. */
export function peakMegabytesOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
  } catch {
    return Number.NaN;
  }
}

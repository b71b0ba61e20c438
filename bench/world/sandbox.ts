import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { nodeFlags } from "../../local/host/lambda/function-definition.ts";

const client = new URL("runtime-client.js", import.meta.url);

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/**
 * Starts a function in a process of its own, which takes one event at a time, with the measured times. The
 * laptop's sandbox starts AWS's runtime client, which loads more than a webhook does and would hide its
 * cold start.
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
  const child = fork(client, [pathToFileURL(bundle).href], {
    env: { ...environment, PATH: process.env["PATH"] },
    execArgv: nodeFlags(megabytes),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (errors += part));
  const closed = once(child, "close");
  const message = async (): Promise<unknown> => {
    const ended = closed.then(() => Promise.reject(new Error(`The process ended. ${errors}`)));
    const [received] = (await Promise.race([once(child, "message"), ended])) as [unknown];
    return received;
  };
  /** The function's answer, and the time from the event until then. */
  const invoke = async (event: object) => {
    const sentMillis = performance.now();
    child.send(event);
    const answer = await message();
    return { answer, millis: performance.now() - sentMillis };
  };
  await message();
  return {
    /** From the start of the process until it can take work. */
    initMillis: performance.now() - startMillis,
    invoke,
    /** The time of a webhook. Fails unless it answers 200. */
    async webhookMillis(event: object): Promise<number> {
      const { answer, millis } = await invoke(event);
      const { statusCode } = answer as { statusCode: number };
      if (statusCode === 200) return millis;
      throw new Error(`The function answered ${statusCode}. ${errors}`);
    },
    peakMegabytes: () => peakMegabytesOf(child.pid),
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await closed;
    },
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

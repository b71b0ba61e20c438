import { readFile } from "node:fs/promises";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { runFile, runFileSchema } from "../../local/run-file.ts";
import type { RunFile } from "../../local/run-file.ts";
import { CommandFailure } from "../command.ts";
import type { Terminal } from "../command.ts";

/** The file of the last laptop run of this checkout, or the file that BRIDGE_RUN_FILE names. */
export function runFileIn(env: Terminal["env"]): string {
  return env["BRIDGE_RUN_FILE"] ?? runFile;
}

/**
 * The addresses of the laptop run in progress, from the file that exists during the run. Undefined when
 * there is no run, or when it was killed and left its file behind.
 */
export async function findRun(path: string): Promise<RunFile | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const run = runFileSchema.safeParse(parseObject(bytes));
  if (!run.success) {
    throw new CommandFailure("the laptop run has another version: stop it and start it again");
  }
  return isAlive(run.data.pid) ? run.data : undefined;
}

/** The same, for work that needs the run. `orElse` says what a person can do without a run. */
export async function readRun(path: string, orElse = ""): Promise<RunFile> {
  const run = await findRun(path);
  if (run !== undefined) return run;
  throw new CommandFailure(`no laptop run is in progress: start one with npm start${orElse}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's process, but alive
  }
}

import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const cdkSettings = z.object({ context: z._default(z.record(z.string(), z.unknown()), {}) });

/**
 * Writes the cloud assembly of the laptop's own stages as `cdk deploy` would upload it, without the CDK
 * command line and without credentials. It removes the old content of the directory. Throws with the
 * app's message.
 */
export async function synthesize(
  outDirectory: string,
  /** Stages of `infra/laptop.ts`. Each one takes time to synthesize. */
  stageNames: readonly string[] = ["laptop"],
): Promise<void> {
  const target = resolve(outDirectory);
  await removeOldAssembly(target);
  const settings = JSON.parse(await readFile(`${repository}cdk.json`, "utf8")) as unknown;
  const { context } = cdkSettings.parse(settings);
  const child = spawn(process.execPath, ["infra/app.ts"], {
    cwd: repository,
    env: {
      ...process.env,
      CDK_OUTDIR: target,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, "bridge:laptop": stageNames }),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0)
    throw new Error(appSentence(stderr) || `The CDK app ended with exit code ${code}.`);
}

/** The message of a failed CDK app, without the code frame and stack of an uncaught error. */
export function appSentence(stderr: string): string {
  return stderr
    .replace(/^(?:file:\/\/|\/|[A-Z]:\\).*:\d+\n[\s\S]*?(?=^(?:\w*Error\b|\[«))/m, "")
    .replace(/\n\s+(?:at |\.\.\.)[\s\S]*$/, "")
    .replace(/\n+Node\.js v[\s\S]*$/, "")
    .replace(/^(?:\w*Error(?: \[\w+\])?: |\[«\w+» )/m, "")
    .trim();
}

/**
 * Removes the old assembly: the validation report of an earlier failure would make the next run fail,
 * too. It removes only a directory that is certainly an assembly, or the rest of one.
 */
async function removeOldAssembly(target: string): Promise<void> {
  const entries = await readdir(target, { withFileTypes: true }).catch(() => []);
  if (entries.length === 0) return;
  const isAssembly = entries.some((entry) => entry.name === "cdk.out" && entry.isFile());
  const isRemains = entries.every(({ name }) =>
    /^(?:asset\.[0-9a-f]{64}|bundling-temp-|assembly-|validation-report\.json$)/.test(name),
  );
  if (!isAssembly && !isRemains) {
    throw new Error(`${target} is not a cloud assembly, so it was not deleted.`);
  }
  await rm(target, { recursive: true });
}

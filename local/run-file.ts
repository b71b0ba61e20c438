import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { newCustomer } from "../infra/settings/new-customer.ts";
import { parseJson } from "./http.ts";

/** The file in which `npm start` leaves its addresses for the command line. It holds no secret. */
export const runFile = fileURLToPath(new URL("../.local/run.json", import.meta.url));

/** Addresses of a laptop run in progress. */
const runFileSchema = z.object({
  pid: z.int(),
  botId: z.string(),
  url: z.string(),
  /** Where `npx bridge kill` ends processes. */
  killUrl: z.string(),
  mediaBaseUrl: z.string(),
  awsEndpoint: z.string(),
  outputs: z.record(z.string(), z.string()),
  telegramApiRoot: z.string(),
  amojoOrigin: z.string(),
  amocrmOrigin: z.string(),
  /** The setting of the run. Absent in runs of older versions, which have the defaults. */
  newCustomer: newCustomer.prefault({}),
});
export type RunFile = z.output<typeof runFileSchema>;

/**
 * The addresses of the laptop run in progress, from the file that exists during the run. Undefined when
 * there is no run, or when it was killed and left its file behind.
 */
export async function readLivingRun(path: string): Promise<RunFile | "other-version" | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const run = runFileSchema.safeParse(parseJson(text));
  if (!run.success) return "other-version";
  try {
    process.kill(run.data.pid, 0);
  } catch (error) {
    // Another user's process is alive, too.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  return run.data;
}

/** Writes the file, unless another living run has written it. Answers a function that removes it again. */
export async function leaveRunFile(path: string, facts: RunFile): Promise<() => Promise<void>> {
  if (typeof (await readLivingRun(path)) === "object") return async () => undefined;
  const text = JSON.stringify(facts, null, 2);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return async () => {
    if ((await readFile(path, "utf8").catch(() => "")) === text) await rm(path, { force: true });
  };
}

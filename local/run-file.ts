import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { newCustomer } from "../infra/settings/new-customer.ts";

/** The file in which `npm start` leaves its addresses for the command line. It holds no secret. */
export const runFile = fileURLToPath(new URL("../.local/run.json", import.meta.url));

/** Addresses of a laptop run in progress. */
export const runFileSchema = z.object({
  pid: z.int(),
  /** The bot that the functions were started for. */
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
 * Writes the file, unless another living run has written it. Answers a function
 * that removes the file again.
 */
export async function leaveRunFile(path: string, facts: RunFile): Promise<() => Promise<void>> {
  if (await isOfLivingRun(path)) return async () => undefined;
  const text = JSON.stringify(facts, null, 2);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return async () => {
    if ((await readFile(path, "utf8").catch(() => "")) === text) await rm(path, { force: true });
  };
}

async function isOfLivingRun(path: string): Promise<boolean> {
  try {
    const { pid } = runFileSchema.parse(JSON.parse(await readFile(path, "utf8")));
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

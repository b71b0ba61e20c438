import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** Where `npm start` leaves its addresses for the command line; the file holds no secret. */
export const runFile = fileURLToPath(new URL("../.local/run.json", import.meta.url));

/** Addresses of a laptop run in progress. */
export const runFileSchema = z.object({
  pid: z.int(),
  url: z.string(),
  awsEndpoint: z.string(),
  outputs: z.record(z.string(), z.string()),
  telegramApiRoot: z.string(),
  amojoOrigin: z.string(),
  amocrmOrigin: z.string(),
});
export type RunFile = z.output<typeof runFileSchema>;

/** Writes the file; what it answers removes it, unless another run has taken its place. */
export async function leaveRunFile(path: string, facts: RunFile): Promise<() => Promise<void>> {
  const text = JSON.stringify(facts, null, 2);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return async () => {
    if ((await readFile(path, "utf8").catch(() => "")) === text) await rm(path, { force: true });
  };
}

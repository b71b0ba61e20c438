import { fileURLToPath } from "node:url";
import * as z from "zod";

/** Where a laptop run leaves its addresses for the command line; it holds no secret. */
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

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOf, removeOld } from "../../local/host/assembly.ts";
import { countTraffic } from "../counting/traffic.ts";
import type { Counts } from "../counting/traffic.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { Assembly } from "../world/assembly.ts";

/** The counts, and when an earlier run made them. Without that time, they were made now. */
type Kept = { readonly value: Counts; readonly since?: string };

/** The scenarios, their messages, and the services that answer. */
const countingCode = ["bench/counting", "bench/world", "test/support", "local/http.ts"];

/**
 * The counts of an earlier run, if the bundles, what the template says about them, the scenarios and the
 * counting code are the same. Otherwise it counts, and keeps the result in `.local/counts`.
 */
export async function keptCounts(
  { functions, tables }: Pick<Assembly, "functions" | "tables">,
  make: () => Promise<Counts>,
  root = fileURLToPath(new URL("../../", import.meta.url)),
): Promise<Kept> {
  // The code that counts. The code that is counted is in the bundles.
  const hash = createHash("sha256").update(await hashOf(root, countingCode));
  hash.update(JSON.stringify(tables));
  for (const [name, { bundle, variables, logLevel }] of Object.entries(functions)) {
    hash.update(`\n${JSON.stringify({ name, variables, logLevel })}\n`);
    hash.update(await readFile(bundle));
  }
  const folder = join(root, ".local", "counts");
  const file = join(folder, `${hash.digest("hex").slice(0, 20)}.json`);
  const stored = await readFile(file, "utf8").catch(() => undefined);
  if (stored !== undefined) {
    await utimes(file, new Date(), new Date());
    return JSON.parse(stored) as Kept;
  }
  const value = await make();
  await mkdir(folder, { recursive: true });
  // A file gets its name only when it is complete: a run may be interrupted.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify({ value, since: new Date().toISOString() }));
  await rename(unfinished, file);
  await removeOld(folder);
  return { value };
}

/** The counts of the shipped bundles. */
export async function countShipped(progress: (line: string) => void): Promise<Kept> {
  return keptCounts(await shippedAssembly(), () => countTraffic(progress));
}

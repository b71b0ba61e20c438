import { createHash } from "node:crypto";
import { mkdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOf, removeOld } from "../../local/host/cached-assembly.ts";
import type { Shipped } from "../counting/count.ts";
import type { Counts } from "./traffic.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The code that counts. The code that is counted is in the bundles. */
const countingInputs = ["bench/aws", "bench/counting", "bench/world", "bench/cost/traffic.ts"];

/** Counts, and when an earlier run made them. Without that time, they were made now. */
export type KeptCounts = { readonly counts: Counts; readonly since?: string };

/**
 * Returns the counts that an earlier run stored in `folder`, if the bundles, what the template says about
 * them, the scenarios and the counting code are the same. Otherwise it counts and stores.
 */
export async function keptCounts(
  shipped: Shipped,
  make: () => Promise<Counts>,
  { root = repository, folder = join(root, ".local", "counts") } = {},
): Promise<KeptCounts> {
  const file = join(folder, `${await keyOf(shipped, root)}.json`);
  const stored = await readFile(file, "utf8").catch(() => undefined);
  if (stored !== undefined) {
    await utimes(file, new Date(), new Date());
    return JSON.parse(stored) as KeptCounts;
  }
  const counts = await make();
  await mkdir(folder, { recursive: true });
  // A file gets its name only when it is complete.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify({ counts, since: new Date().toISOString() }));
  await rename(unfinished, file);
  await removeOld(folder);
  return { counts };
}

async function keyOf({ bundles, ...rest }: Shipped, root: string): Promise<string> {
  const hash = createHash("sha256").update(await hashOf(root, countingInputs));
  hash.update(JSON.stringify(rest));
  const byName = Object.entries(bundles).toSorted(([a], [b]) => a.localeCompare(b));
  for (const [name, path] of byName) {
    const content = await readFile(path);
    hash.update(`\n${name} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}

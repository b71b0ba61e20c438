import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { synthesize } from "./synthesize.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
/** A run may still use an assembly that is not the newest. */
const mostKept = 5;
const dayMillis = 86_400_000;

/** The files and folders of this repository on which an assembly of a stage depends. */
const assemblyInputs = [
  "infra",
  "lambdas",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/**
 * Returns the directory of an assembly of that stage of `infra/laptop.ts`. It synthesizes the app only when
 * an input has changed since an earlier run. The assemblies stay in `folder`, under a hash of the inputs.
 * Throws with the app's own words.
 */
export async function cachedAssembly(
  stageName: string,
  folder: string,
  { root = repository, make = synthesize } = {},
): Promise<string> {
  const target = join(folder, `${stageName}-${await hashOf(root, assemblyInputs)}`);
  if (existsSync(target)) {
    const now = new Date();
    await utimes(target, now, now);
    return target;
  }
  await mkdir(folder, { recursive: true });
  // An assembly gets its name only when it is complete: a synthesis may be interrupted.
  const directory = await mkdtemp(join(folder, "unfinished-"));
  const unfinished = join(directory, "cdk.out");
  try {
    await make(unfinished, [stageName]);
    await rename(unfinished, target).catch(async (error: unknown) => {
      // Another run has made the same assembly meanwhile.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  await removeOld(folder);
  return target;
}

/** A hash over files and folders, and the version of Node.js, which runs the CDK app and the bundler. */
export async function hashOf(root: string, inputs: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const input of inputs) {
    const isFolder = (await stat(join(root, input))).isDirectory();
    const paths = isFolder
      ? (await readdir(join(root, input), { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [join(root, input)];
    for (const path of paths.toSorted()) {
      const content = await readFile(path);
      hash.update(`${path.slice(root.length)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex").slice(0, 20);
}

/**
 * Keeps the newest few entries of a folder, and those of the last day: a run in progress starts its functions
 * from its assembly. Removes the others.
 */
export async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
      return { path, mtimeMs };
    }),
  );
  const old = dated
    .toSorted((one, other) => other.mtimeMs - one.mtimeMs)
    .slice(mostKept)
    .filter(({ mtimeMs }) => mtimeMs < Date.now() - dayMillis);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}

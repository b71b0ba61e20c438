import { readFileSync, existsSync } from "node:fs";
import { readFile, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";
import * as z from "zod";

const manifest = z.object({
  artifacts: z._default(
    z.record(
      z.string(),
      z.object({
        type: z.string(),
        displayName: z.optional(z.string()),
        properties: z._default(
          z.object({
            directoryName: z._default(z.string(), ""),
            displayName: z.optional(z.string()),
            templateFile: z._default(z.string(), ""),
          }),
          { directoryName: "", templateFile: "" },
        ),
      }),
    ),
    {},
  ),
});

const assetManifest = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.optional(z.string()) }) })),
});

type Artifact = z.output<typeof manifest>["artifacts"][string];

/** The place of a stack in an assembly. */
export type StackLocation = { readonly assemblyDirectory: string; readonly templateFile: string };

/** Finds the stack of a stage that has one bridge. The error names the possible choices. */
export function findStack(assemblyRoot: string, stageName: string): StackLocation {
  const stages = readManifest(assemblyRoot)
    .filter(({ type }) => type === "cdk:cloud-assembly")
    .map(({ id, displayName, properties }) => ({
      name: displayName ?? properties.displayName ?? id.replace(/^assembly-/, ""),
      directoryName: properties.directoryName,
    }));
  const stage = stages.find(({ name }) => name === stageName);
  if (stage === undefined) {
    const names = stages.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new Error(`The assembly has no stage "${stageName}"; it has ${names}.`);
  }
  const assemblyDirectory = join(assemblyRoot, stage.directoryName);
  const stacks = readManifest(assemblyDirectory).filter(
    ({ type }) => type === "aws:cloudformation:stack",
  );
  const [stack] = stacks;
  if (stack !== undefined && stacks.length === 1) {
    return { assemblyDirectory, templateFile: stack.properties.templateFile };
  }
  throw new Error(`Stage "${stageName}" has ${stacks.length} bridges; the host runs one.`);
}

/** The absolute directories of a stack's file assets, by their hashes. */
export async function readAssets(location: StackLocation): Promise<ReadonlyMap<string, string>> {
  const file = location.templateFile.replace(/\.template\.json$/, ".assets.json");
  const text = await readFile(join(location.assemblyDirectory, file), "utf8");
  const { files } = assetManifest.parse(JSON.parse(text));
  return new Map(
    Object.entries(files).map(([hash, { source }]) => [
      hash,
      resolve(location.assemblyDirectory, source.path ?? ""),
    ]),
  );
}

function readManifest(directory: string): readonly (Artifact & { readonly id: string })[] {
  const text = readFileSync(join(directory, "manifest.json"), "utf8");
  const { artifacts } = manifest.parse(JSON.parse(text));
  return Object.entries(artifacts).map(([id, artifact]) => ({ id, ...artifact }));
}

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

const cdkSettings = z.object({ context: z._default(z.record(z.string(), z.unknown()), {}) });

/**
 * Writes the cloud assembly of the laptop's own stages as `cdk deploy` would upload it, without the CDK
 * command line and without credentials, into a new directory. Throws with the app's message.
 */
export async function synthesize(
  outDirectory: string,
  /** Stages of `infra/laptop.ts`. Each one takes time to synthesize. */
  stageNames: readonly string[],
): Promise<void> {
  const target = resolve(outDirectory);
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

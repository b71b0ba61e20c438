import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
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

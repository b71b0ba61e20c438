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

/**
 * Finds the stack of a stage, by the bridge's name where the stage has several. The error names the
 * possible choices.
 */
export function findStack(
  assemblyRoot: string,
  stageName: string,
  bridgeName?: string,
): StackLocation {
  const root = readManifest(assemblyRoot);
  const stages = root.filter(({ type }) => type === "cdk:cloud-assembly");
  const nameOf = ({ id, displayName, properties }: (typeof stages)[number]) =>
    displayName ?? properties.displayName ?? id.replace(/^assembly-/, "");
  const stage = stages.find((each) => nameOf(each) === stageName);
  if (stage === undefined) {
    const names = stages.map(nameOf);
    throw new Error(`The assembly has no stage "${stageName}"; it has ${list(names)}.`);
  }
  const assemblyDirectory = join(assemblyRoot, stage.properties.directoryName);
  const stacks = readManifest(assemblyDirectory)
    .filter(({ type }) => type === "aws:cloudformation:stack")
    .map((artifact) => ({
      name: (artifact.displayName ?? artifact.id).split("/").at(-1) ?? "",
      templateFile: artifact.properties.templateFile,
    }));
  const fitting = stacks.filter(({ name }) => bridgeName === undefined || name === bridgeName);
  const [stack] = fitting;
  if (stack !== undefined && fitting.length === 1) {
    return { assemblyDirectory, templateFile: stack.templateFile };
  }
  const names = list(stacks.map(({ name }) => name));
  throw new Error(
    bridgeName === undefined
      ? `Stage "${stageName}" has more than one bridge; choose one of ${names}.`
      : `Stage "${stageName}" has no bridge "${bridgeName}"; it has ${names}.`,
  );
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

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findStack } from "../../local/host/assembly.ts";
import { nodeFlags } from "../world/node-flags.ts";

type Template = {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: {
          readonly MemorySize: number;
          readonly Environment: { readonly Variables: Record<string, unknown> };
        };
      }
    >
  >;
};

/**
 * A copy of an assembly whose functions get Lambda's memory limits for Node. The laptop's host sets
 * no limit on the young generation.
 */
export async function withLambdaFlags(root: string) {
  const directory = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  const copy = join(directory, "cdk.out");
  await cp(root, copy, { recursive: true });
  const { assemblyDirectory, templateFile } = findStack(copy, "laptop");
  const file = join(assemblyDirectory, templateFile);
  const template = JSON.parse(await readFile(file, "utf8")) as Template;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    const limits = nodeFlags(Properties.MemorySize).filter((flag) => flag.includes("space-size"));
    Properties.Environment.Variables["NODE_OPTIONS"] = limits.join(" ");
  }
  await writeFile(file, JSON.stringify(template));
  return { root: copy, remove: () => rm(directory, { recursive: true, force: true }) };
}

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { assemblyInputs, hashOf, removeOld } from "../../local/host/cached-assembly.ts";
import type { Resources } from "../world/assembly.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(repository, ".local", "templates");

/**
 * The resources of the first bridge of each stage. They are synthesized without bundles, and again only
 * after a change: the AWS CDK takes seconds to load.
 */
export async function bridgeTemplates(
  stages: Readonly<Record<string, StageSettings>>,
  progress: (line: string) => void,
): Promise<Readonly<Record<string, Resources>>> {
  const settings = createHash("sha256").update(JSON.stringify(stages)).digest("hex");
  const code = await hashOf(repository, assemblyInputs);
  const file = join(folder, `${code}-${settings.slice(0, 8)}.json`);
  const stored = await readFile(file, "utf8").catch(() => undefined);
  if (stored !== undefined) return JSON.parse(stored) as Record<string, Resources>;
  progress(`synthesizing ${Object.keys(stages).join(", ")}`);
  const made = await synthesized(stages);
  await mkdir(folder, { recursive: true });
  // It gets its name only when it is complete: a run may be interrupted.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(made));
  await rename(unfinished, file);
  await removeOld(folder);
  return made;
}

async function synthesized(
  stages: Readonly<Record<string, StageSettings>>,
): Promise<Record<string, Resources>> {
  const { App } = await import("aws-cdk-lib");
  const { BridgeStage } = await import("../../infra/bridge-stage.ts");
  const { context } = JSON.parse(await readFile(join(repository, "cdk.json"), "utf8")) as {
    context: Record<string, unknown>;
  };
  const outdir = await mkdtemp(join(tmpdir(), "bridge-cost-"));
  try {
    const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] } });
    const made = Object.entries(stages).map(([name, settings]) => {
      const [stack] = new BridgeStage(app, name, settings).synth().stacks;
      const { Resources = {} } = (stack?.template ?? {}) as { Resources?: Resources };
      return [name, Resources] as const;
    });
    return Object.fromEntries(made);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { assemblyInputs, hashOf } from "../../local/host/cached-assembly.ts";
import type { Resources } from "../world/assembly.ts";
import { kept, repository } from "./kept.ts";

type Stages = Readonly<Record<string, StageSettings>>;

/**
 * The resources of the first bridge of each stage. They are synthesized without bundles, and again only
 * after a change: the AWS CDK takes seconds to load.
 */
export async function bridgeTemplates(
  stages: Stages,
  progress: (line: string) => void,
): Promise<Readonly<Record<string, Resources>>> {
  const settings = createHash("sha256").update(JSON.stringify(stages)).digest("hex");
  const key = `${await hashOf(repository, assemblyInputs)}-${settings.slice(0, 8)}`;
  const { value } = await kept(join(repository, ".local", "stage-templates"), key, () => {
    progress(`synthesizing ${Object.keys(stages).join(", ")}`);
    return synthesized(stages);
  });
  return value;
}

async function synthesized(stages: Stages): Promise<Record<string, Resources>> {
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

import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Files that all suites of a run share: the assembly of the laptop's stages, synthesized once if a
 * suite hosts it, and a folder for the stages' templates. The first suite that needs a template
 * synthesizes it. This is plain JavaScript, because Jest loads it outside its transforms.
 */
export default async function synthesizeOnce(globalConfig) {
  const folder = mkdtempSync(join(tmpdir(), "bridge-test-"));
  process.env.BRIDGE_TEST_FOLDER = folder;
  process.env.BRIDGE_TEST_TEMPLATES = join(folder, "templates");
  mkdirSync(process.env.BRIDGE_TEST_TEMPLATES);
  const patterns = globalConfig.testPathPatterns?.patterns ?? [];
  const isHosted = patterns.length === 0 || patterns.some((each) => /integration/.test(each));
  if (!isHosted) return;
  const { synthesize } = await import("../local/host/assembly.ts");
  const assembly = join(folder, "cdk.out");
  await synthesize(assembly, ["laptop", "laptop-on-request"]);
  process.env.BRIDGE_TEST_ASSEMBLY = assembly;
}

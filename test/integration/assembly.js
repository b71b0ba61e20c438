import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Synthesizes the app once for all suites that host it; a run that names other tests does without.
 * Plain JavaScript: Jest loads it outside its transforms.
 */
export default async function synthesizeOnce(globalConfig) {
  const patterns = globalConfig.testPathPatterns?.patterns ?? [];
  const isWanted = patterns.length === 0 || patterns.some((each) => /integration/.test(each));
  if (!isWanted) return;
  const { synthesize } = await import("../../local/host/synthesize.ts");
  const assembly = join(mkdtempSync(join(tmpdir(), "bridge-test-")), "cdk.out");
  await synthesize(assembly, ["laptop", "laptop-on-request"]);
  process.env.BRIDGE_TEST_ASSEMBLY = assembly;
}

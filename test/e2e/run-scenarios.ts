import { scenarios } from "./scenarios.ts";
import type { Scenario } from "./scenarios.ts";
import type { TestedBridge } from "./tested-bridge.ts";

/** Runs every scenario on a bridge, also after a failed one. Returns true if all passed. */
export async function runScenarios(
  bridge: TestedBridge,
  say: (line: string) => void,
  wanted: readonly Scenario[] = scenarios,
): Promise<boolean> {
  say(`${bridge.stage.name}: ${bridge.stage.outputs.WebhookUrl}`);
  let passed = 0;
  for (const { title, run } of wanted) {
    try {
      await run(bridge);
      passed += 1;
      say(`  passed    ${title}`);
    } catch (error) {
      say(`  FAILED  ${title}`);
      const words = error instanceof Error ? error.message : typeof error;
      for (const line of words.split("\n")) say(`          ${line}`);
    }
  }
  say(`${passed} of ${wanted.length} scenarios passed`);
  return passed === wanted.length;
}

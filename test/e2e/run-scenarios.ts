import { scenarios } from "./scenarios.ts";
import type { Scenario } from "./scenarios.ts";
import type { TestedBridge } from "./tested-bridge.ts";

/** Puts every scenario to a bridge, also after one that failed; true when all held. */
export async function runScenarios(
  bridge: TestedBridge,
  say: (line: string) => void,
  wanted: readonly Scenario[] = scenarios,
): Promise<boolean> {
  say(`${bridge.stage.name}: ${bridge.stage.outputs.WebhookUrl}`);
  let held = 0;
  for (const { title, run } of wanted) {
    try {
      await run(bridge);
      held += 1;
      say(`  held    ${title}`);
    } catch (error) {
      say(`  FAILED  ${title}`);
      const words = error instanceof Error ? error.message : typeof error;
      for (const line of words.split("\n")) say(`          ${line}`);
    }
  }
  say(`${held} of ${wanted.length} scenarios held`);
  return held === wanted.length;
}

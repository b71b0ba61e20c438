import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { shippedAssembly } from "../world/assembly.ts";
import type { Counted, Scenario } from "./tally.ts";

/**
 * Plays a scenario with the shipped bundles and real AWS clients against services in memory, and
 * counts the requests and logs of the functions. It runs in a separate process with its own clock.
 */
export async function count(scenario: Scenario): Promise<Counted> {
  const { root } = await shippedAssembly();
  const child = fork(
    fileURLToPath(new URL("run.ts", import.meta.url)),
    [JSON.stringify(scenario)],
    {
      env: { ...process.env, BENCH_ASSEMBLY: root },
    },
  );
  let counted: Counted | undefined;
  child.on("message", (message) => (counted = message as Counted));
  const [code] = (await once(child, "exit")) as [number | null];
  if (counted === undefined) throw new Error(`The counting run ended with status ${String(code)}.`);
  return counted;
}

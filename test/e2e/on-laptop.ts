import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLaptopStage } from "../../cli/stage/laptop.ts";
import type { Stage } from "../../cli/stage/stage.ts";
import { startRun } from "../../local/run.ts";
import type { Run } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";

/** The person who has written to the simulated bot. */
export const person = { id: 700_001, first_name: "E2E" };

/** Starts a laptop run while `work` runs, and makes a person write to its bot. */
export async function onLaptop<Result>(
  work: (stage: Stage, run: Run) => Promise<Result>,
  assemblyRoot?: string,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "bridge-e2e-"));
  const runFile = join(folder, "run.json");
  const run = await startRun(readSettings({ PORT: "0" }), {
    log: () => undefined,
    runFile,
    ...(assemblyRoot === undefined ? {} : { assemblyRoot }),
  });
  try {
    await run.telegram?.customerSays(person, "hello");
    return await work(await readLaptopStage(runFile), run);
  } finally {
    await run.close();
    await rm(folder, { recursive: true, force: true });
  }
}

import { rmSync } from "node:fs";

/** Removes the files that the suites of a run shared. */
export default function removeSynthesized() {
  rmSync(process.env.BRIDGE_TEST_FOLDER, { recursive: true, force: true });
}

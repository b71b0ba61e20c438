import { readStages, StageSettingsError } from "./read-stages.ts";
import type { StageSettings } from "./stage-settings.ts";

/**
 * The stages of `infra/stages.ts`, checked, with defaults filled in. Any fault of the file, from a
 * missing comma to a wrong setting, throws a StageSettingsError. Its message names the place.
 */
export async function ownStages(
  load: () => Promise<{ readonly stages: unknown }> = () => import("../stages.ts"),
): Promise<Readonly<Record<string, StageSettings>>> {
  let stages: unknown;
  try {
    ({ stages } = await load());
  } catch (error) {
    throw new StageSettingsError(describeFault(error));
  }
  return readStages(stages);
}

/**
 * Node names the place only in the stack: before the message for a parse error, after it for other errors.
 */
function describeFault(error: unknown): string {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const line = /[\\/]infra[\\/]stages\.ts:(\d+)/.exec(stack)?.[1];
  if (line === undefined) return message;
  const isUnparsed = error instanceof SyntaxError;
  return `line ${line}${isUnparsed ? ", or the end of the line before" : ""}: ${message}`;
}

import { readStages, StageSettingsError } from "./read-stages.ts";
import type { StageSettings } from "./stage-settings.ts";

/**
 * The stages of `infra/stages.ts`, checked and filled in. Whatever is wrong with the file, a comma that
 * is missing or a setting, is a StageSettingsError whose message says where.
 */
export async function ownStages(
  load: () => Promise<{ readonly stages: unknown }> = () => import("../stages.ts"),
): Promise<Readonly<Record<string, StageSettings>>> {
  let stages: unknown;
  try {
    ({ stages } = await load());
  } catch (error) {
    throw new StageSettingsError(whatCannotBeRead(error));
  }
  return readStages(stages);
}

/** Node says the place in the stack only: before the message where it could not parse, after it elsewhere. */
function whatCannotBeRead(error: unknown): string {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const line = /[\\/]infra[\\/]stages\.ts:(\d+)/.exec(stack)?.[1];
  if (line === undefined) return message;
  const isUnparsed = error instanceof SyntaxError;
  return `line ${line}${isUnparsed ? ", or the end of the one before" : ""}: ${message}`;
}

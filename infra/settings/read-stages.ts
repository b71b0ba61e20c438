import type * as z from "zod";
import { bridgeSettings } from "./bridge-settings.ts";
import { crossFieldProblems } from "./sense.ts";
import { sentence } from "./sentence.ts";
import { shared } from "./shared.ts";
import { allStages, stageFields } from "./stage-settings.ts";
import type { StageSettings } from "./stage-settings.ts";

/** Thrown when the stages are wrong. The message is for the person who wrote them, one line per problem. */
export class StageSettingsError extends Error {
  override readonly name = "StageSettingsError";
}

/**
 * Checks stage settings and fills in defaults. Throws a StageSettingsError that names all problems at
 * once, by stage, bridge and field. It prints no value, because a value may be a token in the wrong
 * place. The checks across fields run after every field has the right form.
 */
export function readStages(data: unknown): Readonly<Record<string, StageSettings>> {
  const result = allStages.safeParse(data);
  if (!result.success) throw new StageSettingsError(result.error.issues.map(toSentence).join("\n"));
  const problems = [...crossFieldProblems(result.data), ...shared(result.data)];
  if (problems.length > 0) throw new StageSettingsError(problems.join("\n"));
  return result.data;
}

function toSentence(issue: z.core.$ZodIssue): string {
  const [stage, ...rest] = issue.path.map(String);
  const [bridge, ...field] = rest[0] === "bridges" ? rest.slice(1) : [undefined, ...rest];
  const place = { stage, bridge, field: field.join(".") };
  if (issue.code !== "unrecognized_keys") return sentence(place, expectation(issue));
  return issue.keys.map((key) => sentence(place, unknownSetting(key, bridge))).join("\n");
}

/** For a setting on the wrong level, the sentence says where it belongs. */
function unknownSetting(key: string, bridge: string | undefined): string {
  const unknown = `there is no setting ${key}`;
  if (bridge === undefined) {
    const isOfBridge = Object.hasOwn(bridgeSettings.shape, key);
    return isOfBridge ? `${unknown}; it belongs to a bridge` : unknown;
  }
  const isOfStage = Object.hasOwn(stageFields.shape, key);
  return isOfStage ? `${unknown}; it belongs to the stage` : unknown;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues.map((cause) => cause.message).join(", ");
  return issue.message.replace(/^Invalid input: /, "");
}

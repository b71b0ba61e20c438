import type * as z from "zod";
import { senseless } from "./sense.ts";
import { sentence } from "./sentence.ts";
import { shared } from "./shared.ts";
import { allStages } from "./stage-settings.ts";
import type { StageSettings } from "./stage-settings.ts";

/** The stages are wrong; the message is for the person who wrote them, a line per problem. */
export class StageSettingsError extends Error {
  override readonly name = "StageSettingsError";
}

/**
 * Checks stage settings and fills in defaults. All problems are named at once, by stage, bridge
 * and field; no value is printed, since a token pasted into the wrong place would be among them.
 * Sense is checked once every field has its form.
 */
export function readStages(data: unknown): Readonly<Record<string, StageSettings>> {
  const result = allStages.safeParse(data);
  if (!result.success) throw new StageSettingsError(result.error.issues.map(toSentence).join("\n"));
  const problems = [...senseless(result.data), ...shared(result.data)];
  if (problems.length > 0) throw new StageSettingsError(problems.join("\n"));
  return result.data;
}

function toSentence(issue: z.core.$ZodIssue): string {
  const [stage, ...rest] = issue.path.map(String);
  const [bridge, ...field] = rest[0] === "bridges" ? rest.slice(1) : [undefined, ...rest];
  return sentence({ stage, bridge, field: field.join(".") }, expectation(issue));
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `no setting is called ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_key") return issue.issues.map((cause) => cause.message).join(", ");
  return issue.message.replace(/^Invalid input: /, "");
}

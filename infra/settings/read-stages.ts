import type * as z from "zod";
import { withGuess } from "./did-you-mean.ts";
import { exampleAt, groupsWith, settingsIn } from "./described.ts";
import { crossFieldProblems } from "./sense.ts";
import { sentence } from "./sentence.ts";
import { shared } from "./shared.ts";
import { allStages } from "./stage-settings.ts";
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
  const path = issue.path.map(String);
  const [stage, ...rest] = path;
  const isOfBridge = rest[0] === "bridges" && rest.length > 1;
  const [bridge, ...field] = isOfBridge ? rest.slice(1) : [undefined, ...rest];
  const place = { stage, bridge, field: field.join(".") };
  if (issue.code !== "unrecognized_keys") return sentence(place, expectation(issue));
  return issue.keys.map((key) => sentence(place, unknownSetting(key, path))).join("\n");
}

/** Settings of earlier versions, by their paths in a bridge, and what to write now. */
const formerSettings: Readonly<Record<string, string>> = {
  "amocrm.contacts":
    'write newCustomer: { make: "contact" } beside amocrm for "link", or { make: "leave-to-amocrm" }',
};

/** For a setting in the wrong group, the sentence names the right one; for a misspelt one, the right name. */
function unknownSetting(key: string, path: readonly string[]): string {
  const unknown = `there is no setting ${key}`;
  const renamed = formerSettings[[...path.slice(3), key].join(".")];
  if (renamed !== undefined) return `${unknown} any more; ${renamed}`;
  const groups = groupsWith(key);
  if (groups.length > 0) return `${unknown} here; it belongs to ${groups.join(" or ")}`;
  const sentence = withGuess(unknown, key, settingsIn(path));
  return sentence === unknown ? `${unknown}; docs/settings.md lists all` : sentence;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues.map((cause) => cause.message).join(", ");
  const message = issue.message.replace(/^Invalid input: .*/, "expected settings in braces");
  const isEmpty = issue.code === "custom" && issue.params?.["isEmpty"] === true;
  const isOther = issue.code === "invalid_type" && ["object", "record"].includes(issue.expected);
  return isEmpty || isOther ? `${message}, such as ${exampleAt(issue.path.map(String))}` : message;
}

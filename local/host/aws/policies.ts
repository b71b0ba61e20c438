import * as z from "zod";

const oneOrMany = z.union([
  z.pipe(
    z.string(),
    z.transform((text) => [text]),
  ),
  z.array(z.string()),
]);

const statement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMany,
  Resource: oneOrMany,
  Condition: z.optional(z.unknown()),
});

/** One statement of a role's policy. */
export type Statement = z.output<typeof statement>;

/** An identity policy, as far as the host evaluates it. It refuses NotAction and NotResource. */
export const policyDocument = z.object({
  Statement: z.union([
    z.array(statement),
    z.pipe(
      statement,
      z.transform((one) => [one]),
    ),
  ]),
});

/**
 * Whether these statements allow this call. Deny wins over allow. Conditions are not evaluated: a
 * conditional allow allows, a conditional deny is ignored.
 */
export function isAllowed(
  statements: readonly Statement[],
  action: string,
  resource: string,
): boolean {
  const fitting = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  );
  const isDenied = fitting.some((s) => s.Effect === "Deny" && s.Condition === undefined);
  return !isDenied && fitting.some(({ Effect }) => Effect === "Allow");
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

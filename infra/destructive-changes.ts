/** One resource that a deployment would replace, delete or leave behind. */
export type DestructiveChange = { readonly type: string; readonly logicalId: string };

/**
 * Thrown when the output of `cdk diff --fail-on=destructive` is not understood: then no
 * change counts as harmless.
 */
export class UnreadableDiffError extends Error {
  override readonly name = "UnreadableDiffError";
}

const heading = /Found (\d+) destructive change/;
const line =
  /^ {2}.+?: (\w+(?:::\w+)+) (?:\S+ )?(\w+) (?:will|may) be (?:replaced|destroyed|orphaned)/;

/**
 * Reads the list at the end of the output of `cdk diff --fail-on=destructive`. Throws an
 * UnreadableDiffError when the list has another form.
 */
export function destructiveChanges(output: string): DestructiveChange[] {
  const lines = output.split("\n");
  const at = lines.findIndex((each) => heading.test(each));
  if (at < 0) return [];
  const count = Number(heading.exec(lines[at] ?? "")?.[1]);
  const changes = lines.slice(at + 1, at + 1 + count).map((each) => {
    const [, type, logicalId] = line.exec(each) ?? [];
    if (type !== undefined && logicalId !== undefined) return { type, logicalId };
    throw new UnreadableDiffError(`expected a destructive change of cdk diff, got: ${each.trim()}`);
  });
  if (changes.length === count) return changes;
  throw new UnreadableDiffError(`expected ${count} destructive changes, got ${changes.length}`);
}

const failedCreation = /Stack:\S*?:stack\/([\w-]+)\/\S* is in ROLLBACK_(?:COMPLETE|FAILED) state/;

/**
 * The name of a stack whose first deployment has failed, where this is why there is no diff:
 * CloudFormation makes no change set for such a stack. `cdk deploy` deletes the stack itself,
 * `cdk diff` does not.
 */
export function stackThatFailedCreation(output: string): string | undefined {
  return failedCreation.exec(output)?.[1];
}

/**
 * The changes that would lose something. A published version of a function does not count: each change of
 * code replaces it, and it holds no data. `accepted` names further resources that a person lets through.
 */
export function losses(
  changes: readonly DestructiveChange[],
  accepted: readonly string[],
): DestructiveChange[] {
  return changes.filter(
    ({ type, logicalId }) => type !== "AWS::Lambda::Version" && !accepted.includes(logicalId),
  );
}

/** One resource that a deployment would replace, delete or leave behind. */
export type DestructiveChange = { readonly type: string; readonly logicalId: string };

/** What `cdk diff --fail-on=destructive` said cannot be understood: nothing may be taken for harmless. */
export class UnreadableDiffError extends Error {
  override readonly name = "UnreadableDiffError";
}

const heading = /Found (\d+) destructive change/;
const line =
  /^ {2}.+?: (\w+(?:::\w+)+) (?:\S+ )?(\w+) (?:will|may) be (?:replaced|destroyed|orphaned)/;

/** Reads the list at the end of the output of `cdk diff --fail-on=destructive`. */
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
 * The stack whose first deployment has failed, where that is why there is no diff: CloudFormation makes no
 * change set for one. `cdk deploy` deletes it by itself, `cdk diff` does not.
 */
export function stackThatFailedCreation(output: string): string | undefined {
  return failedCreation.exec(output)?.[1];
}

/**
 * The changes that would lose something. A published version of a function makes way for the next
 * one at every change of code, and holds no data; whoever knows better names the resource.
 */
export function losses(
  changes: readonly DestructiveChange[],
  accepted: readonly string[],
): DestructiveChange[] {
  return changes.filter(
    ({ type, logicalId }) => type !== "AWS::Lambda::Version" && !accepted.includes(logicalId),
  );
}

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  destructiveChanges,
  losses,
  stackThatFailedCreation,
  UnreadableDiffError,
} from "./destructive-changes.ts";

const help = `Usage: npm run diff-gate -- STACKS [--accept LOGICAL_ID]... [-- options of cdk diff]

Shows the changes of a deployment, and fails when it would replace, delete or leave behind a resource.
A function's published versions do not count. --accept allows the loss of one resource.

Example: npm run diff-gate -- 'staging/*' -- --method=template
`;

/** The two messages of `cdk diff` about missing credentials, with and without an account in the stage. */
const unsigned =
  /^(?:Unable to resolve AWS account to use|Need to perform AWS calls for account \d+, but no credentials).*\n/gm;

/**
 * Answers the exit code: 0 when nothing would be lost, 1 when something would or the diff
 * failed, 2 for wrong usage.
 */
function main(args: readonly string[]): number {
  const split = args.indexOf("--");
  const own = split < 0 ? args : args.slice(0, split);
  const rest = split < 0 ? [] : args.slice(split + 1);
  let stacks: readonly string[];
  let accepted: readonly string[];
  try {
    const options = { accept: { type: "string", multiple: true } } as const;
    const read = parseArgs({ args: [...own], options, allowPositionals: true });
    stacks = read.positionals;
    accepted = (read.values.accept ?? []).filter((each) => each !== "");
    if (stacks.length === 0) throw new Error("expected the names of stacks");
  } catch (error) {
    process.stderr.write(`diff-gate: ${(error as Error).message}\n\n${help}`);
    return 2;
  }

  const cdk = fileURLToPath(new URL("../node_modules/aws-cdk/bin/cdk", import.meta.url));
  const diff = spawnSync(
    process.execPath,
    [cdk, "diff", ...stacks, "--fail-on=destructive", "--no-color", ...rest],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  // Where `CI` is set, cdk writes its complaints to standard output.
  process.stdout.write(diff.stdout.replace(unsigned, ""));
  process.stderr.write(diff.stderr.replace(unsigned, ""));
  if (diff.status === 0) return 0;
  const output = `${diff.stdout}\n${diff.stderr}`;
  if (output.search(unsigned) >= 0) {
    process.stderr.write(
      "diff-gate: there are no usable AWS credentials: sign in (for example with aws sso login) and set AWS_PROFILE\n",
    );
    return 1;
  }
  const failed = stackThatFailedCreation(output);
  if (failed !== undefined) {
    process.stderr.write(
      `diff-gate: the first deployment of ${failed} has failed, so delete the failed stack first: aws cloudformation delete-stack --stack-name ${failed}; see docs/rollout.md, "When the first deployment fails"\n`,
    );
    return 1;
  }
  try {
    const changes = destructiveChanges(output);
    const lost = losses(changes, accepted);
    if (changes.length > 0 && lost.length === 0) {
      process.stdout.write(
        "These changes lose no data: function versions and accepted resources.\n",
      );
      return 0;
    }
    for (const { type, logicalId } of lost) {
      process.stderr.write(`diff-gate: ${type} ${logicalId} would be lost; see docs/rollout.md\n`);
    }
  } catch (error) {
    if (!(error instanceof UnreadableDiffError)) throw error;
    process.stderr.write(`diff-gate: ${error.message}\n`);
  }
  return 1;
}

process.exitCode = main(process.argv.slice(2));

import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import { closest } from "../infra/settings/did-you-mean.ts";

/** The part of the process that a command may use. Tests pass their own. */
export type Terminal = {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Waits for the given time. By default it is the real clock. Tests pass one that does not wait. */
  readonly sleep?: (millis: number) => Promise<unknown>;
};

/** Exit codes of every command: 0 done, 1 the answer is no or the work failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** One command of `bridge`. */
export type Command = {
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
};

/** The caller used the command wrongly. The message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The command is correct, but a value or a file in it is wrong. Its sentence says everything, so the
 * usage is not printed.
 */
export class BadValue extends UsageError {}

/** The command could not do the work. The message says why and how to fix it. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  /** The message without its fix, for callers that already apply the fix. */
  readonly fault: string;

  /** `fix` follows `fault` in the message. */
  constructor(fault: string, fix?: string) {
    super(fix === undefined ? fault : `${fault}: ${fix}`);
    this.fault = fault;
  }
}

/** Reads `--name value` options and refuses unknown ones. `flags` names the options without a value. */
export function readOptions<Name extends string, Flag extends string = never>(
  args: readonly string[],
  names: readonly Name[],
  flags: readonly Flag[] = [],
): { [key in Name]?: string } & { [key in Flag]?: boolean } {
  const options: Record<string, { type: "string" | "boolean" }> = {};
  for (const name of names) options[name] = { type: "string" };
  for (const flag of flags) options[flag] = { type: "boolean" };
  try {
    refuseUnknown(args, options);
    const { values } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: false,
    });
    return values as { [key in Name]?: string } & { [key in Flag]?: boolean };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as { code?: string; message: string };
    // Not quoted: the argument may be a secret that was meant for a file.
    if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") {
      throw new UsageError("there is an argument that belongs to no option");
    }
    throw new UsageError(message);
  }
}

/** The sentence of Node.js for an unknown option is about another mistake. */
function refuseUnknown(
  args: readonly string[],
  options: Record<string, { type: "string" | "boolean" }>,
): void {
  const known = Object.keys(options);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === "option" && !known.includes(token.name));
  if (unknown?.kind !== "option") return;
  const { name, rawName } = unknown;
  const guess = closest(name, known);
  const meant = guess === undefined ? "" : `; did you mean "--${guess}"?`;
  throw new UsageError(`there is no option "${rawName}"${meant}`);
}

/** A sentence about an unknown word: with the word that was probably meant, or with all that are known. */
export function withGuess(
  sentence: string,
  word: string,
  known: readonly string[],
  expected: string,
): string {
  const guess = closest(word, known);
  return guess === undefined
    ? `${sentence}; expected ${expected}`
    : `${sentence}; did you mean "${guess}"?`;
}

/** The value of a required option. Throws a UsageError when it is missing. */
export function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

/** Reads the verb of a command, such as `set` in `bridge webhook set`, and the arguments after it. */
export function readVerb<Verb extends string>(
  args: readonly string[],
  verbs: readonly Verb[],
): { readonly verb: Verb; readonly rest: readonly string[] } {
  const [given, ...rest] = args;
  const verb = verbs.find((known) => known === given);
  if (verb !== undefined) return { verb, rest };
  const expected = verbs.length === 1 ? verbs[0] : `one of ${verbs.join(", ")}`;
  const guess = closest(given ?? "", verbs);
  // The word itself is not quoted: it may be a secret that was meant for a file.
  const meant = guess === undefined ? "" : `; did you mean "${guess}"?`;
  throw new UsageError(`expected ${expected} first${meant}`);
}

import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import { closest, withGuess } from "../infra/settings/did-you-mean.ts";

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

/** One command of `bridge`. Its name comes from the list of all commands. */
export type Command = {
  help(name: string): string;
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
};

/** An option of a command. The usage, the help and the check of the arguments come from it. */
type Option = {
  readonly about: string;
  /** The placeholder of the value in the usage, such as `ID`. An option without it is a flag. */
  readonly value?: string;
  readonly required?: true;
  /** The fault of a value. Undefined when the value is good. */
  readonly faultOf?: (value: string) => string | undefined;
  /** The name of another option. Exactly one of the two is needed. */
  readonly oneOf?: string;
  /** The name of another option that cannot be given together with this one. */
  readonly notWith?: string;
};
type Options = Readonly<Record<string, Option>>;
type NamesOf<Known extends Options, Kind> = {
  [Name in keyof Known]: Known[Name] extends Kind ? Name : never;
}[keyof Known];

/** The given options. A flag that is not given is false. */
export type Given<Known extends Options> = {
  readonly [Name in NamesOf<Known, { value: string }>]?: string;
} & { readonly [Name in NamesOf<Known, { required: true }>]: string } & {
  readonly [Name in Exclude<keyof Known, NamesOf<Known, { value: string }>>]: boolean;
};

/** The options with which a command on a stage selects it. */
export const stageOptions = {
  stage: { value: "S", about: "a stage of infra/stages.ts; default: the laptop run in progress" },
  bridge: { value: "B", about: "a bridge of that stage; needed only if the stage has several" },
} as const;

/** The options of a command that prints an answer about a stage. */
export const answerOptions = { ...stageOptions, json: { about: "prints JSON" } } as const;

type Run<Known extends Options> = (
  given: Given<Known>,
  terminal: Terminal,
  /** The word before the options. Undefined when there is none. */
  argument: string | undefined,
) => Promise<ExitCode | void>;
type Texts<Known extends Options> = {
  /** The text between the usage and the options. */
  readonly about: string;
  readonly options: Known;
  /** Command lines without `npx bridge`. */
  readonly examples?: readonly string[];
};
type Verb<Known extends Options> = {
  readonly about: string;
  /** The placeholder of the word before the options, `<word>` or, when it may be missing, `[<word>]`. */
  readonly argument?: string | undefined;
  /** The names of its options besides {@link answerOptions}. */
  readonly takes: readonly (keyof Known & string)[];
  readonly run: Run<Known>;
};

/** A command without verbs, with at most one word before its options: the `argument`. */
export function command<const Known extends Options>(
  texts: Texts<Known> & { readonly argument?: string; readonly run: Run<Known> },
): Command {
  const { argument, run } = texts;
  const takes = Object.keys(texts.options);
  return commandWithVerbs({ ...texts, verbs: { "": { about: "", argument, takes, run } } });
}

/**
 * A command whose first argument is a verb, such as `set` in `bridge webhook set`. The verb "" is the
 * command without a verb, before its options.
 */
export function commandWithVerbs<const Known extends Options>(
  texts: Texts<Known> & { readonly verbs: Readonly<Record<string, Verb<Known>>> },
): Command {
  const { verbs, options } = texts;
  const known = Object.keys(verbs).filter(Boolean);
  const optionsOf = (takes: readonly string[]): Options =>
    Object.fromEntries(
      Object.entries(options).filter(([name]) => takes.includes(name) || name in answerOptions),
    );
  return {
    help: (name) =>
      help(
        texts,
        Object.entries(verbs).map(([verb, { takes, argument = "" }]) =>
          usage([name, verb, argument].filter(Boolean), optionsOf(takes)),
        ),
        known.length === 0
          ? undefined
          : rows(Object.entries(verbs).map(([verb, { about }]) => [verb || "(no verb)", about])),
      ),
    run: async (all, terminal) => {
      const mayOmit = Object.hasOwn(verbs, "");
      const hasVerb = known.length > 0 && (!mayOmit || all[0]?.startsWith("--") === false);
      const [word = "", ...args] = hasVerb ? all : ["", ...all];
      const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
      if (verb === undefined) {
        // The word itself is not quoted: it may be a secret that was meant for a file.
        throw new UsageError(withGuess(`expected one of ${known.join(", ")} first`, word, known));
      }
      const { argument, takes, run } = verb;
      const hasArgument = argument !== undefined && args[0]?.startsWith("--") === false;
      if (argument?.startsWith("<") && !hasArgument) {
        throw new UsageError(`expected ${argument} ${word === "" ? "first" : `after ${word}`}`);
      }
      const given = readOptions<Known>(hasArgument ? args.slice(1) : args, optionsOf(takes));
      return (await run(given, terminal, hasArgument ? args[0] : undefined)) ?? 0;
    },
  };
}

/** The entry of a name that a person typed. Throws a sentence with the closest known name. */
export function choose<Value>(
  all: Readonly<Record<string, Value>>,
  name: string,
  fault: string,
  known = Object.keys(all),
): Value {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  throw new UsageError(withGuess(fault, name, known, `one of ${known.join(", ")}`));
}

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
  readonly fault: string;

  /** `fix` follows `fault` in the message. */
  constructor(fault: string, fix?: string) {
    super(fix === undefined ? fault : `${fault}: ${fix}`);
    this.fault = fault;
  }
}

function readOptions<Known extends Options>(args: readonly string[], known: Options): Given<Known> {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value }]) => [
      name,
      value === undefined
        ? ({ type: "boolean", default: false } as const)
        : ({ type: "string" } as const),
    ]),
  );
  // The sentence of Node.js for an unknown option is about another mistake.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(known, token.name)) continue;
    const guess = closest(token.name, Object.keys(known));
    const meant = guess === undefined ? "" : `; did you mean "--${guess}"?`;
    throw new UsageError(`there is no option "${token.rawName}"${meant}`);
  }
  const given = parse(args, options);
  for (const [name, option] of Object.entries(known)) {
    const { required, oneOf, notWith } = option;
    const value = given[name];
    const fault = typeof value === "string" ? option.faultOf?.(value) : undefined;
    if (fault !== undefined) throw new BadValue(`--${name}: ${fault}`);
    const has = (wanted: string | undefined) => (given[wanted ?? ""] ?? false) !== false;
    if (required && !has(name)) throw new UsageError(`--${name} is missing`);
    const other = oneOf ?? notWith;
    if (other === undefined || has(name) !== has(other)) continue;
    if (notWith !== undefined && !has(name)) continue;
    throw new UsageError(`expected either ${form(name, option)} or ${form(other, known[other])}`);
  }
  return given as Given<Known>;
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    const read = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return read.values;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // Not quoted: the argument may be a secret that was meant for a file.
    throw new UsageError(
      code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL"
        ? "there is an argument that belongs to no option"
        : message,
    );
  }
}

const lineWidth = 100;

function help<Known extends Options>(
  { about, options, examples = [] }: Texts<Known>,
  usages: readonly string[],
  verbs?: string,
): string {
  const named = Object.entries<Option>(options).map(
    ([name, option]) => [form(name, option), option.about] as const,
  );
  const lines = examples.map(
    (line, index) => `${index === 0 ? "Example: " : "         "}npx bridge ${line}`,
  );
  const parts = [usages.join("\n       "), verbs, about, rows(named), lines.join("\n")];
  const text = parts.filter((part) => part !== undefined && part !== "").join("\n\n");
  return `Usage: ${text}\n`;
}

function usage(words: readonly string[], options: Options): string {
  const others = Object.values(options).flatMap(({ oneOf, notWith }) => oneOf ?? notWith ?? []);
  const parts = Object.entries(options).flatMap(([name, option]) => {
    if (others.includes(name)) return [];
    const { required, oneOf, notWith } = option;
    const other = oneOf ?? notWith;
    const choice =
      form(name, option) + (other === undefined ? "" : ` | ${form(other, options[other])}`);
    if (oneOf !== undefined) return [`(${choice})`];
    return [required ? choice : `[${choice}]`];
  });
  // The spaces inside a part are no place to break the line.
  const text = ["npx bridge", ...words, ...parts].map((part) => part.replaceAll(" ", "\0"));
  return wrap(text.join(" "), 7).replaceAll("\0", " ");
}

/** An option as a person types it, such as `--id ID`. */
function form(name: string, option: Option | undefined): string {
  return `--${name}${option?.value === undefined ? "" : ` ${option.value}`}`;
}

function rows(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => name.length)) + 4;
  return entries
    .map(([name, about]) => `  ${name.padEnd(width - 2)}${wrap(about, width)}`)
    .join("\n");
}

function wrap(text: string, indent: number): string {
  const line = new RegExp(`(.{1,${lineWidth - indent}})(?: |$)`, "g");
  return text.replace(line, `$1\n${" ".repeat(indent)}`).trimEnd();
}

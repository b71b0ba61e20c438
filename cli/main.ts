import { withGuess } from "../infra/settings/did-you-mean.ts";
import { allCommands, changesBridge } from "./all-commands.ts";
import { BadValue, CommandFailure, UsageError } from "./command.ts";
import type { ExitCode, Terminal } from "./command.ts";

/** Runs one command line and answers its exit code. A user's mistake never shows a stack trace. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...args] = argv;
  if (name === "--help" || name === "-h" || name === "help") {
    terminal.stdout.write(overview());
    return 0;
  }
  if (name === "--version") {
    const { versionOf } = await import("../infra/version.ts");
    terminal.stdout.write(`${versionOf()}\n`);
    return 0;
  }
  if (name === undefined) {
    terminal.stderr.write(overview());
    return 2;
  }
  const listed = Object.hasOwn(allCommands, name) ? allCommands[name] : undefined;
  if (listed === undefined) {
    const fault = withGuess(`there is no command "${name}"`, name, Object.keys(allCommands));
    terminal.stderr.write(`bridge: ${fault}\nnpx bridge --help lists all commands\n`);
    return 2;
  }
  const command = await listed.load();
  if (args.includes("--help") || args.includes("-h")) {
    terminal.stdout.write(command.help(name));
    return 0;
  }
  try {
    if (changesBridge(name, args)) await refuseWithoutStage(args, terminal);
    return await command.run(args, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      const hint = error instanceof BadValue ? "" : `npx bridge ${name} --help shows its usage\n`;
      terminal.stderr.write(`bridge ${name}: ${error.message}\n${hint}`);
      return 2;
    }
    if (error instanceof CommandFailure) {
      terminal.stderr.write(`bridge ${name}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

/** Comes before the command reads a secret, asks a question or calls a vendor. */
async function refuseWithoutStage(args: readonly string[], { env }: Terminal): Promise<void> {
  if (args.some((arg) => arg === "--stage" || arg.startsWith("--stage="))) return;
  const { findRun, runFileIn } = await import("./stage/laptop.ts");
  if ((await findRun(runFileIn(env))) !== undefined) return;
  throw new UsageError(
    "--stage is missing: this command changes a bridge, and no laptop run is in progress (npm start begins one)",
  );
}

function overview(): string {
  const width = Math.max(...Object.keys(allCommands).map((name) => name.length));
  const rows = Object.entries(allCommands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`,
  );
  return `Usage: npx bridge <command> [options]

${rows.join("")}
npx bridge <command> --help shows the help of a command; --version shows the version of the code.
Without --stage a command works on the laptop run in progress (npm start).
Exit codes: 0 done, 1 the answer is no or the work failed, 2 wrong usage.
`;
}

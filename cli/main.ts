import { versionOf } from "../infra/version.ts";
import { BadValue, CommandFailure, UsageError } from "./command.ts";
import type { Command, ExitCode, Terminal } from "./command.ts";
import { connect } from "./commands/connect.ts";
import { disconnectCommand } from "./commands/disconnect.ts";
import { discardCommand } from "./commands/discard.ts";
import { doctor } from "./commands/doctor.ts";
import { kill } from "./commands/kill.ts";
import { parked } from "./commands/parked.ts";
import { preflight } from "./commands/preflight.ts";
import { reconcileCommand } from "./commands/reconcile.ts";
import { redriveCommand } from "./commands/redrive.ts";
import { registrationLetter } from "./commands/registration-letter.ts";
import { secret } from "./commands/secret.ts";
import { setup } from "./commands/setup.ts";
import { sign } from "./commands/sign.ts";
import { statusCommand } from "./commands/status.ts";
import { traceCommand } from "./commands/trace.ts";
import { verifyHookCommand } from "./commands/verify-hook.ts";
import { webhook } from "./commands/webhook.ts";

const commands: Readonly<Record<string, Command>> = {
  preflight,
  setup,
  "registration-letter": registrationLetter,
  secret,
  connect,
  webhook,
  disconnect: disconnectCommand,
  doctor,
  status: statusCommand,
  trace: traceCommand,
  parked,
  redrive: redriveCommand,
  discard: discardCommand,
  reconcile: reconcileCommand,
  kill,
  sign,
  "verify-hook": verifyHookCommand,
};

/** Runs one command line and answers its exit code. A user's mistake never shows a stack trace. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...args] = argv;
  if (name === "--help" || name === "-h" || name === "help") {
    terminal.stdout.write(overview());
    return 0;
  }
  if (name === "--version") {
    terminal.stdout.write(`${versionOf()}\n`);
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    terminal.stderr.write(
      `bridge: ${name === undefined ? "no command given" : `there is no command "${name}"`}\n\n${overview()}`,
    );
    return 2;
  }
  if (args.includes("--help") || args.includes("-h")) {
    terminal.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      const usage = error instanceof BadValue ? "" : `\n${command.help}`;
      terminal.stderr.write(`bridge ${name}: ${error.message}\n${usage}`);
      return 2;
    }
    if (error instanceof CommandFailure) {
      terminal.stderr.write(`bridge ${name}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(
    ([name, command]) => `  ${name.padEnd(width)}  ${command.summary}\n`,
  );
  return `Usage: npx bridge <command> [options]\n\n${rows.join("")}\nnpx bridge <command> --help shows the help of a command; --version shows the version of the code. Exit codes: 0 done, 1 no or failed, 2 wrong usage.\n`;
}

import { parseArgs } from "node:util";
import { lineOfHop } from "./hops/lines.ts";
import type { Hop } from "./hops/hop.ts";
import { openBrowser } from "./page/open-browser.ts";
import { createPage } from "./page/open-page.ts";
import { showPhases } from "./phases.ts";
import { runFile } from "./run-file.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { readSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

const usage = `Usage: npm start [-- [--json | --hops] [--open]]

Runs the bridge on this machine, until Ctrl-C. The settings are variables of the environment: see
docs/laptop.md. Standard output gets one line, when the bridge is ready.

  --hops  log one line per hop of a message: the default on a terminal
  --json  log the functions' own JSON lines, as on AWS: the default elsewhere
  --open  open the page of the run in the browser: a phone, an operator's desk, and the way between
`;

/** What the command needs of its surroundings. Tests give other ones. */
const surroundings = {
  stdout: process.stdout as Pick<NodeJS.WriteStream, "write">,
  stderr: process.stderr,
  start: startRun,
  page: createPage,
  openBrowser,
  /** Settles when a person or the system stops the command. */
  stopped: () =>
    new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    }),
};

/**
 * `npm start`: runs the bridge until Ctrl-C. Standard output carries one line, when the bridge is ready.
 * Answers the exit code: 2 for an unknown flag, 1 when the bridge cannot start.
 */
export async function main(
  args: readonly string[],
  { stdout, stderr, start, page, openBrowser: open, stopped }: typeof surroundings = surroundings,
): Promise<number> {
  const say = (line: string) => void stderr.write(`${line}\n`);
  const flags = readFlags(args);
  if (typeof flags === "string") {
    say(`npm start: ${flags}\n\n${usage}`);
    return 2;
  }
  if (flags.help) {
    stdout.write(usage);
    return 0;
  }
  const untilStopped = stopped();
  const closers = new AsyncDisposableStack();
  const phases = showPhases(stderr);
  const withHops = flags.hops || (stderr.isTTY && !flags.json);
  const sayHop = (hop: Hop) => {
    const line = lineOfHop(hop);
    if (line !== undefined) say(line);
  };
  try {
    const settings = readSettings(process.env);
    const pageOfRun = page(settings);
    const run = await start(settings, {
      log: withHops ? () => undefined : say,
      observe: (hop) => {
        pageOfRun.observe(hop);
        if (withHops) sayHop(hop);
      },
      onItemWritten: pageOfRun.onItemWritten,
      onPhase: phases.begin,
      runFile,
    });
    closers.defer(run.close);
    const opened = await pageOfRun.open(run, settings.pagePort);
    closers.defer(() => opened.close());
    phases.end();
    for (const line of addressesOf(run, settings)) say(line);
    say(`see it work         ${opened.url}`);
    if (flags.open) open(opened.url, say);
    stdout.write(`bridge ready ${run.host.url}\n`);
    await untilStopped;
    say("Stopping.");
    return 0;
  } catch (error) {
    phases.end();
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await closers.disposeAsync();
  }
}

function readFlags(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    const options = { json: flag, hops: flag, open: flag, help: { ...flag, short: "h" } };
    const { values } = parseArgs({ args: [...args], options });
    return values.json && values.hops ? "--json and --hops exclude each other" : values;
  } catch (error) {
    return (error as Error).message;
  }
}

function addressesOf({ telegram, amocrm, host, scopeId }: Run, { media }: Settings): string[] {
  const known = media.baseUrl === undefined ? "" : `  (amoCRM gets links to ${media.baseUrl})`;
  const simulated = (name: string, origin: string | undefined) =>
    origin === undefined ? [] : [`${name}  ${origin}  (messages: ${origin}/_sim/messages)`];
  return [
    "The state of this run is in memory, and is lost when the run ends.",
    ...simulated("simulated Telegram", telegram?.root),
    ...simulated("simulated amoCRM  ", amocrm?.origin),
    `webhooks            ${host.url}/telegram  ${host.url}/amocrm/${scopeId}`,
    `customers' files    ${host.mediaUrl}${known}`,
  ];
}

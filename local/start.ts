import { parseArgs } from "node:util";
import { hopLineOf } from "./hop-lines.ts";
import { showPhases } from "./phases.ts";
import { runFile } from "./run-file.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { readSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

const usage = `Usage: npm start [-- --json | --hops]

Runs the bridge on this machine, until Ctrl-C. The settings are variables of the environment: see
docs/laptop.md. Standard output gets one line, when the bridge is ready.

  --json  the log is the functions' own JSON lines, as on AWS. So it is where the log is no terminal
  --hops  the log is one line per hop of a message. So it is on a terminal
`;

/** `npm start`: runs the bridge until Ctrl-C. Standard output carries one line, when the bridge is ready. */
export async function main(args: readonly string[]): Promise<number> {
  const { stderr } = process;
  const say = (line: string) => stderr.write(`${line}\n`);
  const asked = read(args);
  if (typeof asked === "string") {
    say(`npm start: ${asked}\n\n${usage}`);
    return 2;
  }
  if (asked.help) {
    process.stdout.write(usage);
    return 0;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const phases = showPhases(stderr);
  const withHops = asked.hops || (stderr.isTTY && !asked.json);
  const sayHop = (line: string | undefined) => {
    if (line !== undefined) say(line);
  };
  try {
    const settings = readSettings(process.env);
    const run = await startRun(settings, {
      log: withHops ? (line) => sayHop(hopLineOf(line)) : say,
      ...(withHops ? { logCall: sayHop } : {}),
      onPhase: phases.begin,
      runFile,
    });
    phases.end();
    for (const line of addressesOf(run, settings)) say(line);
    process.stdout.write(`bridge ready ${run.host.url}\n`);
    await stopped;
    say("Stopping.");
    await run.close();
    return 0;
  } catch (error) {
    phases.end();
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function read(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    const options = { json: flag, hops: flag, help: { ...flag, short: "h" } };
    const { values } = parseArgs({ args: [...args], options });
    return values.json && values.hops ? "--json and --hops exclude each other" : values;
  } catch (error) {
    return (error as Error).message;
  }
}

function addressesOf(run: Run, settings: Settings): string[] {
  const { telegram, amocrm, host, scopeId } = run;
  const { baseUrl } = settings.media;
  const known = baseUrl === undefined ? "" : `  (amoCRM gets links to ${baseUrl})`;
  return [
    "The state of this run is in memory, and is lost when the run ends.",
    ...(telegram === undefined
      ? []
      : [`simulated Telegram  ${telegram.root}  (messages: ${telegram.root}/_sim/messages)`]),
    ...(amocrm === undefined
      ? []
      : [`simulated amoCRM    ${amocrm.origin}  (messages: ${amocrm.origin}/_sim/messages)`]),
    `webhooks            ${host.url}/telegram  ${host.url}/amocrm/${scopeId}`,
    `customers' files    ${host.mediaUrl}${known}`,
  ];
}

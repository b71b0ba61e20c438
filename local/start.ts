import { parseArgs } from "node:util";
import QRCode from "qrcode";
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
import { ownBotsFolder } from "./telegram/kept-bot.ts";
import { chooseBot } from "./telegram/own-bot.ts";
import { putBack } from "./telegram/put-back.ts";
import { openSession } from "./telegram/session.ts";

const usage = `Usage: npm start [-- [--json | --hops] [--open] [--telegram [--token-file F] [--yes @name]]]

Runs the bridge on this machine, until Ctrl-C. The settings are variables of the environment: see
docs/laptop.md. Standard output gets one line, when the bridge is ready.

  --hops  log one line per hop of a message: the default on a terminal
  --json  log the functions' own JSON lines, as on AWS: the default elsewhere
  --open  open the page of the run in the browser: a phone, an operator's desk, and the way between

  --telegram      take the messages of a real bot; the desk stays simulated. The token comes from
                  --token-file, from TELEGRAM_BOT_TOKEN, or from a question
  --token-file F  a file with the bot's token that only its owner can read
  --yes @name     take that bot over, even if another program has its webhook now
`;

/** What the command needs of its surroundings. Tests give other ones. */
const surroundings = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  /** Where runs with real bots keep their journals. */
  ownBots: ownBotsFolder,
  /** How long a stopped run with a real bot waits for messages that are on their way. */
  drainMillis: 30_000,
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
 * Answers the exit code: 2 for an unknown flag, 1 when the bridge cannot start or loses its bot.
 */
export async function main(
  args: readonly string[],
  {
    start,
    page,
    openBrowser: open,
    stopped,
    ownBots,
    ...terminal
  }: typeof surroundings = surroundings,
): Promise<number> {
  const { stdout, stderr, env, drainMillis } = terminal;
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
    const own = flags.telegram ? await chooseBot(flags, terminal, ownBots) : undefined;
    await putBack(ownBots, say, own?.botId);
    const settings = readSettings({ ...env, ...own?.environment });
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
      ownBot: own && { username: own.username, link: own.link },
    });
    closers.defer(run.close);
    const opened = await pageOfRun.open(run, settings.pagePort);
    closers.defer(() => opened.close());
    phases.end();
    for (const line of addressesOf(run, settings)) say(line);
    say(`see it work         ${opened.url}`);
    if (flags.open) open(opened.url, say);
    stdout.write(`bridge ready ${run.host.url}\n`);
    if (own === undefined) {
      await untilStopped;
      say("Stopping.");
      return 0;
    }
    // A person may have stopped the command meanwhile: then the bot stays as it is.
    if (await isSettled(untilStopped)) {
      say("Stopping. Nothing was changed at Telegram.");
      return 0;
    }
    const session = await openSession(own, run, say);
    say(`Write to @${own.username}: ${own.link}`);
    if (stderr.isTTY) say(await QRCode.toString(own.link, { type: "terminal", small: true }));
    const why = await Promise.race([untilStopped, session.ended]);
    say(why ?? "Stopping.");
    await session.close(drainMillis);
    return why === undefined ? 0 : 1;
  } catch (error) {
    phases.end();
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await closers.disposeAsync();
  }
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<false>((resolve) => setImmediate(resolve, false));
  return Promise.race([promise.then(() => true), later]);
}

function readFlags(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    const text = { type: "string" } as const;
    const ofBot = { telegram: flag, "token-file": text, yes: text };
    const shown = { json: flag, hops: flag, open: flag };
    const options = { ...shown, help: { ...flag, short: "h" }, ...ofBot } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (!values.telegram && (values["token-file"] ?? values.yes) !== undefined) {
      return "--token-file and --yes need --telegram";
    }
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

import { runFile } from "./run-file.ts";
import { startRun } from "./run.ts";
import { readSettings, SettingsError } from "./settings.ts";

/** `npm start`: runs the bridge until Ctrl-C. Standard output carries one line, when the bridge is ready. */
export async function main(): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  try {
    const settings = readSettings(process.env);
    say("Synthesizing the stack. Its state is in memory, and is lost when this run ends.");
    const run = await startRun(settings, { log: say, runFile });
    if (run.telegram !== undefined) {
      say(
        `simulated Telegram  ${run.telegram.root}  (messages: ${run.telegram.root}/_sim/messages)`,
      );
    }
    if (run.amocrm !== undefined) {
      say(
        `simulated amoCRM    ${run.amocrm.origin}  (messages: ${run.amocrm.origin}/_sim/messages)`,
      );
    }
    say(`webhooks            ${run.host.url}/telegram  ${run.host.url}/amocrm/${run.scopeId}`);
    const { baseUrl } = settings.media;
    const known = baseUrl === undefined ? "" : `  (amoCRM gets ${baseUrl})`;
    say(`customers' files    ${run.host.mediaUrl}${known}`);
    process.stdout.write(`bridge ready ${run.host.url}\n`);
    await stopped;
    say("Stopping.");
    await run.close();
    return 0;
  } catch (error) {
    say(error instanceof SettingsError || error instanceof Error ? error.message : String(error));
    return 1;
  }
}

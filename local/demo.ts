import { FactLog } from "./demo/facts.ts";
import { tellHandOff } from "./demo/hand-off.ts";
import { tellQuestionAndAnswer } from "./demo/question-and-answer.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { readSettings } from "./settings.ts";

/**
 * `npm run demo`: shows one conversation through the whole stack, hop by hop. With `--hand-off` the bot
 * begins the conversation. Answers 0 when everything arrived.
 */
export async function main(args: readonly string[]): Promise<number> {
  const isHandOff = args.join(" ") === "--hand-off";
  if (args.length > 0 && !isHandOff) {
    process.stderr.write("Usage: npm run demo [-- --hand-off]\n");
    return 2;
  }
  const startedAt = Date.now();
  const say = (line = "") => process.stdout.write(`${line}\n`);
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  const log = new FactLog();
  let run: Run | undefined;
  try {
    const settings = readSettings({ PORT: "0", HAND_OFF: isHandOff ? "on-request" : "always" });
    say("Synthesizing the stack and starting it on this machine …");
    run = await startRun(settings, { log: log.add });
    say(`The bridge is up after ${seconds()}: ${run.host.url}`);
    const outcome = await (isHandOff ? tellHandOff : tellQuestionAndAnswer)({ run, log, say });
    say();
    say(`${outcome} ${seconds()} in total; everything is stopped now.`);
    return 0;
  } catch (error) {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : "?"}\n`);
    return 1;
  } finally {
    await run?.close();
  }
}

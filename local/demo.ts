import { newCustomer } from "./demo/account.ts";
import { showHandOff, showQuestionAndAnswer } from "./demo/conversations.ts";
import { demoOf } from "./demo/hops.ts";
import { HopLog } from "./hops/hop-log.ts";
import { showPhases } from "./phases.ts";
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
  const log = new HopLog();
  const phases = showPhases(process.stdout);
  let run: Run | undefined;
  try {
    const settings = readSettings({
      PORT: "0",
      HAND_OFF: isHandOff ? "on-request" : "always",
      NEW_CUSTOMER: JSON.stringify(newCustomer),
    });
    run = await startRun(settings, {
      log: () => undefined,
      observe: log.add,
      onPhase: phases.begin,
    });
    phases.end();
    say(`The bridge is up after ${seconds()}: ${run.host.url}`);
    const show = isHandOff ? showHandOff : showQuestionAndAnswer;
    const outcome = await show(demoOf(run, log, say));
    say(`\n${outcome} ${seconds()} in total; everything is stopped now.\n\nNext:`);
    if (!isHandOff) say("  npm run demo -- --hand-off   a bot answers first, then an operator");
    say(
      "  npm start                    the same bridge, until Ctrl-C; docs/laptop.md has messages to send",
    );
    say("  docs/going-live.md           the way to your own bot and account");
    return 0;
  } catch (error) {
    phases.end();
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : "?"}\n`);
    return 1;
  } finally {
    await run?.close();
  }
}

import { answerOptions, command, CommandFailure } from "../command.ts";
import { print, progressOn } from "../output.ts";
import { findStage, knownStages } from "../stage/find-stage.ts";
import { laptop } from "../stage/stage.ts";
import { readStatus } from "../status/read-status.ts";
import { factsOf, linesOf } from "../status/show.ts";

/** `bridge status`: shows the present state of a stage's bridges. */
export const statusCommand = command({
  about: `Shows for one bridge, or for each bridge of the stage: the number and age of events in each queue,
dead letters, parked and spooled events, the number of customers who have blocked the bot, and the
time of the caretaker's last run. It changes nothing. To count the customers, it reads at most 20 MB
of the table of chats. bridge doctor shows whether something is wrong. Exit code 1: a bridge could
not be read.`,
  options: {
    ...answerOptions,
    bridge: { value: "B", about: "a bridge of that stage; default: all of them" },
  },
  examples: ["status --stage prod"],
  async run(options, terminal) {
    const progress = progressOn(terminal);
    const bridges: object[] = [];
    const lines: string[] = [];
    const failures: string[] = [];
    for (const bridge of await namesOf(options)) {
      const name = bridge ?? laptop;
      const wanted = bridge === undefined ? options : { ...options, bridge };
      const show = (text: string) => progress.show(`${name}: ${text}`);
      const status = await findStage(wanted, terminal)
        .then((stage) => readStatus(stage, show))
        .catch((error: unknown) => {
          if (error instanceof CommandFailure) return error.message;
          throw error;
        });
      progress.end();
      if (typeof status === "string") {
        failures.push(`${name}: ${status}`);
        bridges.push({ bridge: bridge ?? null, failed: status });
        continue;
      }
      bridges.push({ bridge: bridge ?? null, ...factsOf(status) });
      lines.push(name, ...linesOf(status), "");
    }
    if (bridges.length > failures.length || options.json) {
      print(
        terminal,
        options.json,
        { stage: options.stage ?? laptop, bridges },
        lines.slice(0, -1),
      );
    }
    if (failures.length > 0) throw new CommandFailure(failures.join("; "));
  },
});

/** The bridges to read. On the laptop run it is one bridge without a name. */
async function namesOf({
  stage = laptop,
  bridge,
}: {
  stage?: string;
  bridge?: string;
}): Promise<readonly (string | undefined)[]> {
  if (bridge !== undefined || stage === laptop) return [bridge];
  const all = await knownStages();
  const names = Object.hasOwn(all, stage) ? Object.keys(all[stage]?.bridges ?? {}) : [];
  // The later search for the stage reports that it does not exist.
  return names.length === 0 ? [undefined] : names;
}

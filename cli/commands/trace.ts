import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { CommandFailure, readOptions, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { printableId } from "../parked/show.ts";
import { findStage } from "../stage/find-stage.ts";
import { commandOn, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import { forms, readName } from "../trace/named.ts";
import { openTraceSources } from "../trace/open-sources.ts";
import { factsOf, linesOf } from "../trace/show.ts";
import { trace } from "../trace/trace.ts";

/** `bridge trace`: shows the delivery of one message. */
export const traceCommand: Command = {
  help: `Usage: npx bridge trace <message> [--stage S] [--bridge B] [--json]

Shows the ledger's facts about one message: its source, the number of attempts, the finished steps
with their ids, the end, the delivery state in amoCRM, and what to do next. It reads single items of
the tables, the chat's last 200 messages in amoCRM, and parked and spooled events. It changes nothing
and prints no text, name or phone. Exit code 1: the bridge does not know this message.

The message, in one of these forms:
${forms}
${stageHelp()}
Example: npx bridge trace tg-1000000001-42-5 --stage dev --bridge main
`,
  async run([name, ...rest], terminal) {
    if (name === undefined || name.startsWith("--")) {
      throw new UsageError("expected a message first");
    }
    const named = readName(name);
    const options = readOptions(rest, stageOptions, ["json"]);
    const stage = await findStage(options, terminal);
    const found = await trace(named, openTraceSources(stage), Date.now());
    if (found === undefined) {
      const parked = commandOn(stage, "parked");
      const onItsWay =
        named.kind === "telegram-message"
          ? ` A customer's message may still wait in the queue, for example while amoCRM refuses it: ${commandOn(stage, "status")} shows how many wait. If the stage has logAccepted, the log of telegram-webhook names the events of that time (UpdateAccepted, tg:…), and you can trace such an event at once.`
          : "";
      throw new CommandFailure(
        `the bridge does not know ${printableId(name)}.${onItsWay} The ledger keeps events for ${ledgerDays} days, from the time when the sender takes them up; ${parked} lists dead letters.`,
      );
    }
    const answer = { ...nameOf(stage), message: printableId(name), ...factsOf(found, stage) };
    print(terminal, options.json, answer, linesOf(found, stage));
    return 0;
  },
};

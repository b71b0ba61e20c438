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
  summary: "show what became of one message, on both sides",
  help: `Usage: npx bridge trace <message> [--stage S] [--bridge B] [--json]

Follows one message through the ledger: from where it came, how often it was tried, what went
through under which ids, how it ended, who was told, and what to do next. Reads keys, the chat's
last 200 messages in amoCRM and what is set aside; changes nothing, and prints no text, name or
phone. Exit code 1: nothing is known under that name.

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
          ? ` What a customer wrote may still be on its way, as while amoCRM refuses it: ${commandOn(stage, "status")} shows how many wait, and where the stage has logAccepted the log of telegram-webhook names the events of that time (UpdateAccepted, tg:…), which can be followed at once.`
          : "";
      throw new CommandFailure(
        `nothing is known of ${printableId(name)}.${onItsWay} The ledger keeps ${ledgerDays} days, and has no event before the sender took it up; ${parked} lists dead letters. Expected one of these forms:\n${forms.trimEnd()}`,
      );
    }
    const answer = { ...nameOf(stage), message: printableId(name), ...factsOf(found, stage) };
    print(terminal, options.json, answer, linesOf(found, stage));
    return 0;
  },
};

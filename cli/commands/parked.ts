import { openSources } from "../aws/open-sources.ts";
import { readOptions } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { listParked } from "../parked/list-parked.ts";
import { factsOf, hiddenLines, rowsOf } from "../parked/show.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

/** `bridge parked`: lists the events that wait for a person. */
export const parked: Command = {
  summary: "list the events that wait for a person",
  help: `Usage: npx bridge parked [--stage S] [--bridge B] [--json]

Lists what the bridge set aside, oldest first, and changes nothing. No text and no name is printed.

  where ledger       it can never be delivered as things are; reason says why. Mend that, then
                     send it again with bridge redrive, or give it up with bridge discard
        dead-letter  the bridge never came to judge it (never-judged, unfinished), or its end is
                     known by now (sent-since, ignored-since, parked-in-ledger): bridge redrive
                     sends the first again and clears the second away
        spool        the queue refused it; the caretaker sends it by itself within minutes

A queue shows the dead letters of one chat from their front only, ten at most.

${stageHelp()}
Example: npx bridge parked --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, stageOptions, ["json"]);
    const stage = await findStage(options, terminal);
    const { events, hidden } = await listParked(openSources(stage));
    const answer = { ...nameOf(stage), parked: events.map(factsOf), hidden };
    const lines = events.length === 0 ? ["nothing is parked"] : rowsOf(events);
    print(terminal, options.json, answer, [...lines, ...hiddenLines(hidden)]);
    return 0;
  },
};

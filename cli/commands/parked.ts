import { openSources } from "../aws/open-sources.ts";
import { answerOptions, command } from "../command.ts";
import { factsOf, hiddenLine, listParked, rowsOf } from "../parked/parked.ts";
import { openStage } from "../stage/open-stage.ts";

/** `bridge parked`: lists the events that wait for a person. */
export const parked = command({
  about: `Lists parked events, dead letters and spooled events, oldest first. It changes nothing and prints no
text and no name.

  where ledger       the sender cannot deliver it; the column reason shows why. Fix the reason, then
                     send it again with bridge redrive, or discard it with bridge discard
        dead-letter  never-judged, unfinished: the sender did not finish it, bridge redrive sends
                     it again. sent-since, ignored-since, parked-in-ledger: the ledger knows its
                     end, bridge redrive deletes the dead letter
        spool        the queue refused it; the caretaker sends it within minutes

A queue shows only the first dead letters of one chat, ten at most.`,
  options: answerOptions,
  examples: ["parked --stage dev --bridge main"],
  async run(options, terminal) {
    const { stage, answer } = await openStage(options, terminal);
    const { events, hidden } = await listParked(openSources(stage));
    const lines = events.length === 0 ? ["nothing is parked"] : rowsOf(events);
    answer({ parked: events.map(factsOf), hidden }, [...lines, hiddenLine(hidden)]);
  },
});

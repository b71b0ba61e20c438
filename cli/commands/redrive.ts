import { setTimeout as sleep } from "node:timers/promises";
import { openSources } from "../aws/open-sources.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { print, showCount } from "../output.ts";
import { whyNothing } from "../parked/discard.ts";
import { factsOf, hiddenLines, rowsOf } from "../parked/parked.ts";
import { redrive } from "../parked/redrive.ts";
import type { RedriveReport } from "../parked/redrive.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf } from "../stage/stage.ts";

const defaultRate = "5";

/** `bridge redrive`: sends events that wait for a person again. */
export const redriveCommand = command({
  about: `Puts parked events and dead letters into their queues again, in the order in which Telegram or amoCRM
sent them. You can repeat it: the ledger lets the sender deliver each event only once. A parked event
stays in the ledger until it is delivered. A dead letter stays in its queue until the ledger knows
the end of its event, and the next redrive then deletes it. A redriven message that is out of order
in its chat shows its own time. Exit code 1: some events could not be sent again.`,
  options: {
    id: { value: "ID", oneOf: "all", about: "one event: the id that bridge parked prints" },
    all: { about: "all events; the caretaker sends the spooled ones" },
    "dry-run": { about: "shows the events, and sends nothing" },
    rate: { value: "N", about: `events per second, default ${defaultRate}` },
    ...answerOptions,
  },
  examples: ["redrive --all --dry-run --stage dev --bridge main"],
  async run(options, terminal) {
    const { id, "dry-run": dryRun } = options;
    if (id === "") throw new BadValue("--id: expected an id that bridge parked prints");
    const perSecond = readRate(options.rate ?? defaultRate);
    const stage = await findStage(options, terminal);
    const sources = openSources(stage);
    const report = await redrive({ id, dryRun, perSecond }, sources, {
      sleep: (millis) => sleep(millis),
      onProgress: (done, of) => showCount(done, of, terminal),
    });
    const { sent, cleared, unreadable, spooled, hidden } = report;
    if (id !== undefined && sent.length + cleared.length + unreadable.length === 0) {
      // An event that is being delivered or has ended needs no redrive. A second run finds such events.
      const item = await sources.deliveries.find(id);
      const isOver = item !== undefined && ["sending", "waiting", "sent"].includes(item.state);
      if (!isOver) throw new CommandFailure(await whyNothing(id, item, hidden, sources, stage));
    }
    const answer = {
      ...nameOf(stage),
      dryRun,
      sent: sent.map(factsOf),
      cleared: cleared.map(factsOf),
      unreadable: unreadable.map(factsOf),
      spooled,
      hidden,
    };
    print(terminal, options.json, answer, linesOf(report, dryRun));
    if (unreadable.length === 0) return;
    const names = answer.unreadable.map((event) => event.id).join(", ");
    throw new CommandFailure(
      `this version cannot read these events, and left them unchanged: ${names}`,
    );
  },
});

function readRate(text: string): number {
  const rate = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0 && rate <= 100) return rate;
  throw new BadValue("--rate: expected events per second, above 0 and at most 100");
}

function linesOf({ sent, cleared, spooled, hidden }: RedriveReport, dryRun: boolean): string[] {
  const lines = sent.length === 0 ? [] : rowsOf(sent);
  lines.push(
    sent.length === 0
      ? "nothing to send again"
      : `${dryRun ? "would be sent" : "sent"} again: ${sent.length}`,
  );
  if (cleared.length > 0) {
    const verb = dryRun ? "that would be deleted" : "deleted";
    lines.push(`dead letters ${verb}, because the ledger knows their end: ${cleared.length}`);
  }
  if (spooled > 0) lines.push(`in the spool, where the caretaker sends them: ${spooled}`);
  return [...lines, ...hiddenLines(hidden)];
}

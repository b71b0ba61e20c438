import { setTimeout as sleep } from "node:timers/promises";
import { openSources } from "../aws/open-sources.ts";
import { BadValue, CommandFailure, readOptions, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { whyNothing } from "../parked/discard.ts";
import { redrive } from "../parked/redrive.ts";
import type { RedriveReport } from "../parked/redrive.ts";
import { factsOf, hiddenLines, rowsOf } from "../parked/show.ts";
import type { Sources } from "../parked/sources.ts";
import { showCount } from "../progress.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

const defaultRate = "5";

/** `bridge redrive`: sends events that wait for a person again. */
export const redriveCommand: Command = {
  summary: "send parked events again",
  help: `Usage: npx bridge redrive (--id ID | --all) [--dry-run] [--rate N] [--stage S] [--bridge B] [--json]

Puts parked events and dead letters into their queues again, in the order in which their sources
sent them. May be repeated at will: the ledger lets each through once. A parked event stays in the
ledger until it is through; a dead letter stays in its queue until the ledger knows the end of its
event, and then goes with the next redrive. A redriven message that was overtaken in its chat says
its own time. Exit code 1: something could not be sent again.

  --id       one event, as bridge parked names it
  --all      everything; what is in the spool is left to the caretaker
  --dry-run  says what would be sent again, and does nothing
  --rate     events a second, 5 without it
${stageHelp()}
Example: npx bridge redrive --all --dry-run --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, ["id", "rate", ...stageOptions], ["all", "dry-run", "json"]);
    const { id, all = false, "dry-run": dryRun = false } = options;
    if ((id === undefined) !== all) throw new UsageError("expected either --id ID or --all");
    if (id === "") throw new BadValue("--id: expected an id, as bridge parked names it");
    const perSecond = readRate(options.rate ?? defaultRate);
    const stage = await findStage(options, terminal);
    const sources = openSources(stage);
    const report = await redrive({ id, dryRun, perSecond }, sources, {
      sleep: (millis) => sleep(millis),
      onProgress: (done, of) => showCount(done, of, terminal),
    });
    const { sent, cleared, unreadable, spooled, hidden } = report;
    if (id !== undefined && sent.length + cleared.length + unreadable.length === 0) {
      await failUnlessOver(id, hidden, sources);
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
    if (unreadable.length === 0) return 0;
    const names = unreadable.map((event) => factsOf(event).id).join(", ");
    throw new CommandFailure(`this version cannot read, and left as they are: ${names}`);
  },
};

function readRate(text: string): number {
  const rate = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0 && rate <= 100) return rate;
  throw new BadValue("--rate: expected events a second, above 0 and at most 100");
}

/** An event that is being delivered or has ended needs no redrive. A second run finds such events. */
async function failUnlessOver(id: string, hidden: number, sources: Sources): Promise<void> {
  const item = await sources.deliveries.find(id);
  const isOver = item !== undefined && ["sending", "waiting", "sent"].includes(item.state);
  if (!isOver) throw new CommandFailure(await whyNothing(id, item, hidden, sources));
}

function linesOf({ sent, cleared, spooled, hidden }: RedriveReport, dryRun: boolean): string[] {
  const lines = sent.length === 0 ? [] : rowsOf(sent);
  lines.push(
    sent.length === 0
      ? "nothing to send again"
      : `${dryRun ? "would be sent" : "sent"} again: ${sent.length}`,
  );
  if (cleared.length > 0) {
    const verb = dryRun ? "would be cleared" : "cleared";
    lines.push(`dead letters ${verb} away, their ends being known: ${cleared.length}`);
  }
  if (spooled > 0) lines.push(`left in the spool, for the caretaker: ${spooled}`);
  return [...lines, ...hiddenLines(hidden)];
}

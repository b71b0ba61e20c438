import { permanentReasons } from "../../lambdas/model/failure.ts";
import { openSources } from "../aws/open-sources.ts";
import { BadValue, CommandFailure, readOptions, UsageError } from "../command.ts";
import type { Command, ExitCode, Terminal } from "../command.ts";
import { print, printable } from "../output.ts";
import { discard, discardMany } from "../parked/discard.ts";
import { factsOf, printableId } from "../parked/show.ts";
import { showCount } from "../progress.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** `bridge discard`: discards one event, or all events of one reason. */
export const discardCommand: Command = {
  help: `Usage: npx bridge discard (--id ID | --reason R) [--yes] [--stage S] [--bridge B] [--json]

Discards an event. It marks a parked event as ignored and removes its message, and it deletes a dead
letter. You cannot undo it. You can repeat the command.

  --id       one event: the id that bridge parked prints
  --reason   all events that the ledger keeps parked for this reason, such as not-authentic;
             to discard dead letters, use --id
  --yes      discards; without it the command only shows the events, with exit code 1
${stageHelp()}
Examples: npx bridge discard --id tg:1000000001:7 --yes --stage dev --bridge main
          npx bridge discard --reason not-authentic --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, ["id", "reason", ...stageOptions], ["yes", "json"]);
    const { id, reason, yes = false, json } = options;
    if ((id === undefined) === (reason === undefined)) {
      throw new UsageError("expected either --id ID or --reason R");
    }
    if (id === "") throw new BadValue("--id: expected an id that bridge parked prints");
    const stage = await findStage(options, terminal);
    return id === undefined
      ? discardByReason(reason ?? "", yes, stage, json, terminal)
      : discardOne(id, yes, stage, json, terminal);
  },
};

async function discardOne(
  id: string,
  isConfirmed: boolean,
  stage: Stage,
  asJson: boolean | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const outcome = await discard(id, isConfirmed, openSources(stage));
  const about = { ...nameOf(stage), id };
  if (outcome.kind === "discarded-before") {
    const line = `${printableId(id)} was discarded before`;
    print(terminal, asJson, { ...about, changed: false, discarded: [] }, [line]);
    return 0;
  }
  const events = outcome.events.map(factsOf);
  if (outcome.kind === "to-confirm") {
    const what = events.map(
      ({ where, direction, reason, acceptedAt }) =>
        `${where}, ${direction ?? "unknown direction"}, ${reason}, accepted at ${acceptedAt}`,
    );
    throw new CommandFailure(
      `this would discard ${printableId(id)} (${what.join("; ")}): repeat it with --yes`,
    );
  }
  const places = events.map(({ where }) => where).join(", ");
  print(terminal, asJson, { ...about, changed: true, discarded: events }, [
    `discarded: ${printableId(id)} (${places})`,
  ]);
  return 0;
}

async function discardByReason(
  reason: string,
  isConfirmed: boolean,
  stage: Stage,
  asJson: boolean | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const onProgress = (done: number, of: number) => showCount(done, of, terminal);
  const many = await discardMany(reason, isConfirmed, openSources(stage), onProgress);
  const { events, changed: left, reasons } = many;
  checkReason(reason, reasons);
  const [oldest] = events.map(factsOf);
  if (!isConfirmed && oldest !== undefined) {
    const what = `${events.length} parked for ${printable(reason)}, the oldest accepted at ${oldest.acceptedAt}`;
    throw new CommandFailure(`this would discard ${what}: repeat it with --yes`);
  }
  const discarded = events.map(factsOf);
  const answer = { ...nameOf(stage), reason, changed: events.length > 0, discarded, left };
  print(terminal, asJson, answer, [
    `discarded: ${events.length} parked for ${printable(reason)}`,
    ...(left === 0 ? [] : [`skipped, another person redrove or discarded them meanwhile: ${left}`]),
  ]);
  return 0;
}

/** A known reason without parked events is no mistake. An unknown reason is a mistake. */
function checkReason(reason: string, parked: Readonly<Record<string, number>>): void {
  if (Object.hasOwn(parked, reason)) return;
  if (permanentReasons.some((known) => known === reason)) return;
  const counts = Object.entries(parked).map(([name, count]) => `${printable(name)} (${count})`);
  const now = counts.length === 0 ? "nothing is parked now" : `parked now: ${counts.join(", ")}`;
  throw new BadValue(
    `--reason: there is no reason "${printable(reason)}"; ${now}; the reasons are ${permanentReasons.join(", ")}`,
  );
}

import { openSources } from "../aws/open-sources.ts";
import { BadValue, CommandFailure, readOptions, required } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { discard } from "../parked/discard.ts";
import { factsOf, printableId } from "../parked/show.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

/** `bridge discard`: a person's decision to give an event up. */
export const discardCommand: Command = {
  summary: "give a parked event up for good",
  help: `Usage: npx bridge discard --id ID [--yes] [--stage S] [--bridge B] [--json]

Gives an event up: a parked one is marked as ignored and its message is removed, a dead letter is
deleted. It cannot be undone. May be repeated at will.

  --id       the event, as bridge parked names it
  --yes      does it; without it the command says what would be given up, with exit code 1
${stageHelp()}
Example: npx bridge discard --id tg:1000000001:7 --yes --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, ["id", ...stageOptions], ["yes", "json"]);
    const id = required(options.id, "id");
    if (id === "") throw new BadValue("--id: expected an id, as bridge parked names it");
    const stage = await findStage(options, terminal);
    const outcome = await discard(id, options.yes === true, openSources(stage));
    const about = { ...nameOf(stage), id };
    if (outcome.kind === "discarded-before") {
      const line = `${printableId(id)} was discarded before`;
      print(terminal, options.json, { ...about, changed: false, discarded: [] }, [line]);
      return 0;
    }
    const events = outcome.events.map(factsOf);
    if (outcome.kind === "to-confirm") {
      const what = events.map(
        ({ where, direction, reason, acceptedAt }) =>
          `${where}, ${direction ?? "unknown direction"}, ${reason}, accepted at ${acceptedAt}`,
      );
      throw new CommandFailure(
        `this would give ${printableId(id)} up for good (${what.join("; ")}): repeat it with --yes`,
      );
    }
    const places = events.map(({ where }) => where).join(", ");
    print(terminal, options.json, { ...about, changed: true, discarded: events }, [
      `discarded: ${printableId(id)} (${places})`,
    ]);
    return 0;
  },
};

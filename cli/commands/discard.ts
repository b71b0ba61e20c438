import { permanentReasons } from "../../lambdas/model/failure.ts";
import { openSources } from "../aws/open-sources.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { print, printable, printableId, showCount } from "../output.ts";
import { discard, discardMany } from "../parked/discard.ts";
import { factsOf } from "../parked/parked.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf } from "../stage/stage.ts";

/** `bridge discard`: discards one event, or all events of one reason. */
export const discardCommand = command({
  about: `Discards an event. It marks a parked event as ignored and removes its message, and it deletes a dead
letter. You cannot undo it. You can repeat the command.`,
  options: {
    id: { value: "ID", oneOf: "reason", about: "one event: the id that bridge parked prints" },
    reason: {
      value: "R",
      about:
        "all events that the ledger keeps parked for this reason, such as not-authentic; to discard dead letters, use --id",
    },
    yes: { about: "discards; without it the command only shows the events, with exit code 1" },
    ...answerOptions,
  },
  examples: [
    "discard --id tg:1000000001:7 --yes --stage dev --bridge main",
    "discard --reason not-authentic --stage dev --bridge main",
  ],
  async run(options, terminal) {
    const { id, reason = "", yes } = options;
    if (id === "") throw new BadValue("--id: expected an id that bridge parked prints");
    const stage = await findStage(options, terminal);
    const sources = openSources(stage);
    const show = (facts: object, lines: readonly string[]) =>
      print(terminal, options.json, { ...nameOf(stage), ...facts }, lines);

    if (id === undefined) {
      const onProgress = (done: number, of: number) => showCount(done, of, terminal);
      const many = await discardMany(reason, yes, sources, stage, onProgress);
      checkReason(reason, many.reasons);
      const discarded = many.events.map(factsOf);
      const what = `${discarded.length} parked for ${printable(reason)}`;
      const [oldest] = discarded;
      if (!yes && oldest !== undefined) {
        throw new CommandFailure(
          `this would discard ${what}, the oldest accepted at ${oldest.acceptedAt}: repeat it with --yes`,
        );
      }
      const left = many.changed;
      show({ reason, changed: discarded.length > 0, discarded, left }, [
        `discarded: ${what}`,
        ...(left === 0
          ? []
          : [`skipped, another person redrove or discarded them meanwhile: ${left}`]),
      ]);
      return;
    }

    const outcome = await discard(id, yes, sources, stage);
    if (outcome.kind === "discarded-before") {
      show({ id, changed: false, discarded: [] }, [`${printableId(id)} was discarded before`]);
      return;
    }
    const events = outcome.events.map(factsOf);
    if (outcome.kind === "to-confirm") {
      const what = events.map(
        ({ where, direction, reason: why, acceptedAt }) =>
          `${where}, ${direction ?? "unknown direction"}, ${why}, accepted at ${acceptedAt}`,
      );
      throw new CommandFailure(
        `this would discard ${printableId(id)} (${what.join("; ")}): repeat it with --yes`,
      );
    }
    const places = events.map(({ where }) => where).join(", ");
    show({ id, changed: true, discarded: events }, [`discarded: ${printableId(id)} (${places})`]);
  },
});

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

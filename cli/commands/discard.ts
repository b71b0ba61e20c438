import { permanentReasons } from "../../lambdas/model/failure.ts";
import { openSources } from "../aws/open-sources.ts";
import type { Sources } from "../aws/open-sources.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { printable, printableId, showCount } from "../output.ts";
import { asParked, factsOf, idOption, nothingWaits, withLetters } from "../parked/parked.ts";
import type { ParkedEvent } from "../parked/parked.ts";
import { openStage } from "../stage/open-stage.ts";
import { commandOn } from "../stage/stage.ts";

/** `bridge discard`: discards one event, or all events of one reason. */
export const discardCommand = command({
  about: `Discards an event. It marks a parked event as ignored and removes its message, and it deletes a dead
letter. You cannot undo it. You can repeat the command.`,
  options: {
    id: { ...idOption, oneOf: "reason" },
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
    const { stage, answer } = await openStage(options, terminal);
    const sources = openSources(stage);

    if (id === undefined) {
      const onProgress = (done: number, of: number) => showCount(done, of, terminal);
      const many = await discardMany(reason, yes, sources, onProgress);
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
      answer({ reason, changed: discarded.length > 0, discarded, left }, [
        `discarded: ${what}`,
        left > 0 && `skipped, another person redrove or discarded them meanwhile: ${left}`,
      ]);
      return;
    }

    const outcome = await discard(id, yes, sources);
    if (outcome.kind === "discarded-before") {
      answer({ id, changed: false, discarded: [] }, [`${printableId(id)} was discarded before`]);
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
    answer({ id, changed: true, discarded: events }, [`discarded: ${printableId(id)} (${places})`]);
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

/**
 * Discards an event in every place where it waits. It marks the ledger before it removes a dead
 * letter. So the sender ignores a copy that is in the queue, and the caretaker does not deliver the
 * message as a lost one.
 */
export async function discard(id: string, isConfirmed: boolean, sources: Sources) {
  const { deliveries } = sources;
  const item = await deliveries.find(id);
  return withLetters(sources, async ({ letters, hidden }, remove) => {
    const own = letters.filter(({ letter }) => letter.id === id);
    const events = own.map(({ event }) => event);
    if (item?.state === "parked") events.unshift(asParked(item));
    if (events.length === 0) {
      if (item?.reason === "discarded" && item.state === "ignored") {
        // An earlier run may have stopped before it removed the body.
        await deliveries.forgetBody(id);
        return { kind: "discarded-before" } as const;
      }
      throw await nothingWaits(id, item, hidden, sources);
    }
    if (!isConfirmed) return { kind: "to-confirm", events } as const;

    const isDeadLetter = own.length > 0;
    if (!(await deliveries.discard(id, { isDeadLetter }))) {
      const found = await deliveries.find(id);
      if (found?.state === "sending") {
        throw new CommandFailure(`${id} is being sent now: try again in two minutes`);
      }
      // If the event has ended meanwhile, its dead letter may still be removed.
      if (!isDeadLetter) throw await nothingWaits(id, found, hidden, sources);
    }
    await deliveries.forgetBody(id);
    for (const { letter } of own) await remove(letter);
    return { kind: "discarded", events } as const;
  });
}

/**
 * Discards every event that the ledger parks for that reason, one after the other. Dead letters have no
 * such reason. It may stop anywhere and be repeated. Answers the discarded events, oldest first (with
 * `isConfirmed` false, the events to discard), the number of events that another person redrove or
 * discarded meanwhile, and the numbers of events parked in the ledger, by reason.
 */
export async function discardMany(
  reason: string,
  isConfirmed: boolean,
  sources: Sources,
  onProgress: (done: number, of: number) => void = () => undefined,
) {
  const { deliveries } = sources;
  const found: ParkedEvent[] = [];
  const reasons: Record<string, number> = {};
  for await (const item of deliveries.setAside("parked")) {
    reasons[item.reason] = (reasons[item.reason] ?? 0) + 1;
    if (item.reason === reason) found.push(asParked(item));
  }
  if (!isConfirmed) return { events: found, changed: 0, reasons };
  const events: ParkedEvent[] = [];
  for (const [index, event] of found.entries()) {
    const isDone = await discardOne(event.id, sources).catch((error: unknown) => {
      if (!(error instanceof CommandFailure)) throw error;
      const count = `${events.length} of ${found.length}`;
      throw new CommandFailure(
        `${error.message}; discarded so far: ${count}; repeat the command for the rest`,
      );
    });
    if (isDone) events.push(event);
    onProgress(index + 1, found.length);
  }
  return { events, changed: found.length - events.length, reasons };
}

async function discardOne(id: string, { deliveries, stage }: Sources): Promise<boolean> {
  if (!(await deliveries.discard(id, { isDeadLetter: false }))) return false;
  try {
    await deliveries.forgetBody(id);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const remove = commandOn(stage, `discard --id ${id}`);
    throw new CommandFailure(`${error.message}: ${id} is discarded; ${remove} removes its body`);
  }
  return true;
}

import { CommandFailure } from "../command.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { asParked, spoolKeyOf, withLetters } from "./parked.ts";
import type { ParkedEvent } from "./parked.ts";
import type { Delivery, Sources } from "./sources.ts";

/** The result of discarding an event. */
export type Discard =
  | { readonly kind: "discarded" | "to-confirm"; readonly events: readonly ParkedEvent[] }
  | { readonly kind: "discarded-before" };

/**
 * Discards an event in every place where it waits. It marks the ledger before it removes a dead
 * letter. So the sender ignores a copy that is in the queue, and the caretaker does not deliver the
 * message as a lost one.
 */
export async function discard(
  id: string,
  isConfirmed: boolean,
  sources: Pick<Sources, "deliveries" | "deadLetters">,
  stage: Stage,
): Promise<Discard> {
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
        return { kind: "discarded-before" };
      }
      throw new CommandFailure(await whyNothing(id, item, hidden, sources, stage));
    }
    if (!isConfirmed) return { kind: "to-confirm", events };

    const isDeadLetter = own.length > 0;
    if (!(await deliveries.discard(id, { isDeadLetter }))) {
      const found = await deliveries.find(id);
      if (found?.state === "sending") {
        throw new CommandFailure(`${id} is being sent now: try again in two minutes`);
      }
      // If the event has ended meanwhile, its dead letter may still be removed.
      if (!isDeadLetter)
        throw new CommandFailure(await whyNothing(id, found, hidden, sources, stage));
    }
    await deliveries.forgetBody(id);
    for (const { letter } of own) await remove(letter);
    return { kind: "discarded", events };
  });
}

/** The result of discarding all events of one reason. */
export type DiscardMany = {
  /** The discarded events. With `isConfirmed` false, the events to discard. Oldest first. */
  readonly events: readonly ParkedEvent[];
  /** The number of events that another person redrove or discarded meanwhile. The command skipped them. */
  readonly changed: number;
  /** The numbers of events parked in the ledger now, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
};

/**
 * Discards every event that the ledger parks for that reason, one after the other. Dead letters have no
 * such reason. It may stop anywhere and be repeated.
 */
export async function discardMany(
  reason: string,
  isConfirmed: boolean,
  { deliveries }: Pick<Sources, "deliveries">,
  stage: Stage,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<DiscardMany> {
  const found: ParkedEvent[] = [];
  const reasons: Record<string, number> = {};
  for await (const item of deliveries.setAside("parked")) {
    reasons[item.reason] = (reasons[item.reason] ?? 0) + 1;
    if (item.reason === reason) found.push(asParked(item));
  }
  if (!isConfirmed) return { events: found, changed: 0, reasons };
  const events: ParkedEvent[] = [];
  for (const [index, event] of found.entries()) {
    const isDone = await discardOne(event.id, deliveries, stage).catch((error: unknown) => {
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

/** False when the event is no longer parked. */
async function discardOne(
  id: string,
  deliveries: Sources["deliveries"],
  stage: Stage,
): Promise<boolean> {
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

/** Explains why a command cannot discard or redrive an event: the event does not wait for a person. */
export async function whyNothing(
  id: string,
  item: Delivery | undefined,
  hidden: number,
  { deliveries }: Pick<Sources, "deliveries">,
  stage: Stage,
): Promise<string> {
  if ((await deliveries.find(spoolKeyOf(id))) !== undefined) {
    return `${id} is in the spool: the caretaker sends it within minutes`;
  }
  if (item !== undefined)
    return `${id} does not wait for a person: its state in the ledger is ${item.state}`;
  const unseen = hidden > 0 ? `; ${hidden} dead letters are hidden behind others` : "";
  return `no event with the id ${id} waits for a person${unseen}: ${commandOn(stage, "parked")} lists the waiting events`;
}

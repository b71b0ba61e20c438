import { CommandFailure } from "../command.ts";
import { withLetters } from "./judge-letters.ts";
import { asParked, spoolKeyOf } from "./list-parked.ts";
import type { ParkedEvent } from "./parked-event.ts";
import type { Delivery, Sources } from "./sources.ts";

/** What giving an event up came to. */
export type Discard =
  | { readonly kind: "discarded" | "to-confirm"; readonly events: readonly ParkedEvent[] }
  | { readonly kind: "discarded-before" };

/**
 * Gives an event up for good, wherever it waits. The ledger is marked before a dead letter goes: a
 * copy under way is then ignored, and the caretaker does not find the message lost and bring it back.
 */
export async function discard(
  id: string,
  isConfirmed: boolean,
  sources: Pick<Sources, "deliveries" | "deadLetters">,
): Promise<Discard> {
  const { deliveries } = sources;
  const item = await deliveries.find(id);
  return withLetters(sources, async ({ letters, hidden }, remove) => {
    const own = letters.filter(({ letter }) => letter.id === id);
    const events = own.map(({ event }) => event);
    if (item?.state === "parked") events.unshift(asParked(item));
    if (events.length === 0) {
      if (item?.reason === "discarded" && item.state === "ignored") {
        // The run that gave it up may have ended before this.
        await deliveries.forgetBody(id);
        return { kind: "discarded-before" };
      }
      throw new CommandFailure(await whyNothing(id, item, hidden, sources));
    }
    if (!isConfirmed) return { kind: "to-confirm", events };

    const isDeadLetter = own.length > 0;
    if (!(await deliveries.discard(id, { isDeadLetter }))) {
      const found = await deliveries.find(id);
      if (found?.state === "sending") {
        throw new CommandFailure(`${id} is being sent just now: look again in two minutes`);
      }
      // A dead letter of an event that has ended meanwhile may go all the same.
      if (!isDeadLetter) throw new CommandFailure(await whyNothing(id, found, hidden, sources));
    }
    await deliveries.forgetBody(id);
    for (const { letter } of own) await remove(letter);
    return { kind: "discarded", events };
  });
}

/** Why an event cannot be given up or sent again: it does not wait for a person. */
export async function whyNothing(
  id: string,
  item: Delivery | undefined,
  hidden: number,
  { deliveries }: Pick<Sources, "deliveries">,
): Promise<string> {
  if ((await deliveries.find(spoolKeyOf(id))) !== undefined) {
    return `${id} is in the spool: the caretaker sends it by itself within minutes`;
  }
  if (item !== undefined) return `${id} does not wait for a person: the ledger says ${item.state}`;
  const unseen = hidden > 0 ? `; ${hidden} dead letters could not be seen behind others` : "";
  return `nothing waits under the id ${id}${unseen}: npx bridge parked lists what does`;
}
